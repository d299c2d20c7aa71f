"""Say whether a Python stack around a database leaks memory, and how much per operation."""

from importlib.metadata import PackageNotFoundError, version

try:
    __version__ = version("find-mem-leaks")
except PackageNotFoundError:  # in a clone, where airspeed velocity reads the page of leaks without installing this
    __version__ = "0+not.installed"
