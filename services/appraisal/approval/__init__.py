"""Approval: the head of the agency signs a run, named by its digest."""
