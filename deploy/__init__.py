"""Every way to run it, and the only room that knows all four services."""
