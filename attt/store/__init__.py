"""Runs over time, in one SQLite file that only its owner may read."""
