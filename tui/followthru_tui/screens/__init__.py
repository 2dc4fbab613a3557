"""What fills the terminal: the main screen, and the ones that open over it."""
