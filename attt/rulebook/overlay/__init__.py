"""serves.yaml of a pack: its rules in the requirements of another pack's standard."""
