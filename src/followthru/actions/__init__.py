"""The verbs. The only door through which user state changes."""
