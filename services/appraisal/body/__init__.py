"""Team and council: who may judge, established by a decision, and never on their own unit."""
