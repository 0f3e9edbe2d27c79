"""Who and what is audited: inventory files read, checked and narrowed."""
