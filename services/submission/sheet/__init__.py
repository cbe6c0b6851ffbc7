"""A sheet: a draft is rows that may change; handed in, it is a fact."""
