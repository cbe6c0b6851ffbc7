"""The scores of a unit: what every stage said on each criterion, what stands, and how it came about."""
