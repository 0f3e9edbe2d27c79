"""Likely mistakes in an inventory that can be loaded, by what they are about."""
