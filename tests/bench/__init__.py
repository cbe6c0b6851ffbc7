"""Measurements, not tests: ``make bench`` prints figures beside limits measured in the same run, interleaved."""
