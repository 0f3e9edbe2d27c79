"""Telling what was found: views count and sort, templates lay out, formats encode. Never judges."""
