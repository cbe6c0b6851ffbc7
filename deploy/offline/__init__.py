"""Scores without a server: three files in, a run out, computed and named by the code of the services."""
