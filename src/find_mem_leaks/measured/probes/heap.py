"""What the C heap has handed out, and what it has taken from the system, in bytes.

Source: the counters of the allocator that answers to ``malloc`` (``allocators``).

Cannot see: small Python objects (see ``pymalloc``; that allocator maps its arenas itself), memory that a library
maps itself, and what the file of that allocator says. ``allocator.blind`` tells where it reads too little.
"""

from __future__ import annotations

from ..allocators import Allocator
from ..allocators.unknown import Unknown


def _find() -> Allocator:
    try:
        from ..allocators import answering
    except ImportError as error:  # an interpreter that was built without ctypes
        return Unknown("", "%s: %s" % (type(error).__name__, error))
    return answering.find()


allocator = _find()
read = allocator.read
