"""Backups of earlier releases, with today's code: read, verified, and gone on with; and a later release beside it."""
