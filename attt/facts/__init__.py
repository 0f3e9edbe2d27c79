"""How something is learnt: asks, pure parsers and value types, one file a subject matter."""
