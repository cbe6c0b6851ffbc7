"""Sentences of appraisal."""

SENTENCES: dict[str, tuple[str, str]] = {}
