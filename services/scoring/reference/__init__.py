"""Printed figures of reports: kept to be compared with each draft, never used."""
