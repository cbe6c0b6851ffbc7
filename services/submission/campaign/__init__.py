"""A campaign: opened with its ruleset and roster, amended with a reason."""
