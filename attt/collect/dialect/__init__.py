"""How asks are put to a kind of host, and its reply read back into answers."""
