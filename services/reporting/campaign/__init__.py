"""Campaigns, rosters and how far each process has come."""
