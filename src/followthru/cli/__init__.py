"""Thin commands over the actions."""
