"""What is painted: shell, screens, widgets, styles."""
