"""Stacks with sessions from dependency-injector: SQLAlchemy behind FastAPI."""

from .catalogue import stacks
from .classes import define

define(globals(), stacks().values())
