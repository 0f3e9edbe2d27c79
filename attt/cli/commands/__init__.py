"""One command a file; each turns words of a person into a call of the stages."""
