"""Servers of databases that a run starts for itself and ends with it."""
