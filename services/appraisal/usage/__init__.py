"""Measured figures, to be held against what units declare."""
