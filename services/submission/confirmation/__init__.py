"""A unit's answer to the first round: accept or contest, criterion by criterion."""
