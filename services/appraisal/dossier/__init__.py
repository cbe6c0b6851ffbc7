"""A unit's dossier: what it handed in, what was judged on it, and what it answered."""
