"""What words that nobody has said yet would change: a reading, never a fact."""
