"""Ways in which a finished mail leaves: one module each, loaded on use."""
