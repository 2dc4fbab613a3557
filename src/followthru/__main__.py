"""`python -m followthru` is `followthru`."""

from __future__ import annotations

from followthru.launch import main

if __name__ == "__main__":
    main()
