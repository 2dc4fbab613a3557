"""iCalendar text: read, built and edited line by line (RFC 5545)."""
