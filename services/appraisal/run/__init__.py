"""Runs as appraisal hears of them: drafts to be reviewed, publications, and refusals to publish."""
