"""What calendars and mail have in common on the web: trust, requests, and letting a program in through a provider."""
