"""Example agencies: data, and the format of a year that can be played. A live agency comes through the API instead."""
