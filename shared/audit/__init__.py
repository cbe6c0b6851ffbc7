"""What an auditor asks of the logs, as pure functions over histories that somebody else has read.

Each check takes everything one agency has in all services, says how much it looked at, and raises one of
``shared.audit.wrong`` at the first place that is not as it must be. It trusts nothing that another check guards more
than it must: a test breaks what each check guards and sees that check alone turn red.
"""
