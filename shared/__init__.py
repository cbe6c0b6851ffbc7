"""The kernel: pure, no I/O, no agency's rules.

Read in this order: ``vocabulary`` -> ``errors`` -> ``ruleset`` -> ``campaign`` -> ``contracts`` -> ``envelope`` ->
``eventlog`` -> ``facts`` -> ``execute`` -> ``opening``. What touches the world is in ``shared.edge``.
"""
