"""Plays a year file through the public HTTP API, as the people in it would: no other door, no other rights.

Every request's key follows from the file, so a year that was interrupted goes on: what was done already is answered
again as before. Each request names in ``ICT-After`` what was written before it, so that nothing overtakes.
"""
