"""The history of a package's releases: what its index lists, what became of each, and their site."""
