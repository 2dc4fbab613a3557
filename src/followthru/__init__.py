"""followthru: promises, wiggle room and follow-through for practice managers."""

__version__ = "0.1.0"
