"""Say whether a Python stack around a database leaks memory, and how much per operation."""

from importlib.metadata import version

__version__ = version("find-mem-leaks")
