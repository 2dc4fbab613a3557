"""Widgets of our own, painted line by line."""
