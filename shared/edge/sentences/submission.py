"""Sentences of submission."""

SENTENCES: dict[str, tuple[str, str]] = {}
