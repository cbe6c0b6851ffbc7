"""Files behind figures: uploaded in pieces, kept once under their SHA-256."""
