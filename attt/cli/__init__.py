"""The command line: the only part that prints, exits and knows a terminal."""
