"""What runs the commands: each module a handful of keys that belong together."""
