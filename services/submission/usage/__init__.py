"""Measured figures: one source, one month, pushed whole."""
