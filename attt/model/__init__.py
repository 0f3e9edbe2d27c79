"""Frozen values that the stages hand to each other: no I/O, no clock, no libraries."""
