"""What would be asked of which host, each thing once: pure, and known before any contact."""
