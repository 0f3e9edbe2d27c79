"""From packs of rule and standard files to one rulebook, checked before any host is asked."""
