"""Stacks that are not served: SQLAlchemy alone, sync and async, plain and scoped sessions, and other ORMs."""

from .catalogue import stacks
from .classes import define

define(globals(), stacks().values())
