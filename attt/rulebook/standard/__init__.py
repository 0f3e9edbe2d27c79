"""Standard files: what is asked at each level, and which rules serve it."""
