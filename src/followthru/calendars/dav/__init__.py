"""WebDAV and CalDAV: requests as values, answers as values, and one client between them."""
