"""The council: it changes scores visibly, and sends a draft back or accepts it."""
