"""What each view holds: readers over the store, one module to a view. Used on the reader thread alone."""
