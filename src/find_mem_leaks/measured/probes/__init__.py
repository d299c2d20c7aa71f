"""One memory counter per file, named by its mechanism; each says what it cannot see.

A probe is a function without arguments that returns a whole number and keeps nothing. Bytes unless it says otherwise.
"""
