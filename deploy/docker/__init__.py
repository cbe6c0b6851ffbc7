"""The compose installation: its image, and the one-shot jobs before its services start."""
