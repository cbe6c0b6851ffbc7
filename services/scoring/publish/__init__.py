"""Publication: exactly the run that was approved, or a refusal that says why; and its proof from the log alone."""
