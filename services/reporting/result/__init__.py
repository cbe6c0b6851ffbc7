"""Published results; drafts are only counted."""
