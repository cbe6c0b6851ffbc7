"""Printed figures of a report: entered to be compared, never used."""
