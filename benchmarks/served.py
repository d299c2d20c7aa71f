"""Served stacks: SQLAlchemy behind FastAPI, and behind Starlette."""

from .catalogue import stacks
from .classes import define

define(globals(), stacks().values())
