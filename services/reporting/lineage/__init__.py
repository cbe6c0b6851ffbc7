"""Who said what on each criterion, when and why."""
