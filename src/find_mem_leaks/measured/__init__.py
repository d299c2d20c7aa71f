"""What runs inside the measured process: one cell, nothing else in it.

This wing runs in any interpreter from CPython 3.8 on, with the standard library, psutil where it is installed,
and the stack's own packages. It imports nothing of the judging side, since whatever it imports becomes part of
what it measures.
"""
