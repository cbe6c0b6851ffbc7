"""A run over all units of a campaign: drafted at each closed round and at each change of the council."""
