"""What waits for whom: a person's own page."""
