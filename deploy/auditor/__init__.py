"""The auditor: reads all four schemas under a login that can change nothing, and says what is wrong, if anything."""
