"""How asks travel: on this machine, or over SSH."""
