"""Closed texts destroyed by a decision."""
