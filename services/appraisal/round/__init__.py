"""A round of appraisal: verdicts on every criterion of every unit, until it is closed."""
