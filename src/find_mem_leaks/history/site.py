"""A page "Leaks" on the asv site: an asv plugin (stub)."""
