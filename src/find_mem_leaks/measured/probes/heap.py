"""What the C heap has handed out, and what it has taken from the system, in bytes.

Source: the counters of the allocator that answers to ``malloc`` (``allocators``).

Cannot see: small Python objects (see ``pymalloc``; that allocator maps its arenas itself), memory that a library
maps itself, and what the file of that allocator says. ``allocator.blind`` tells where it reads too little.
"""

from __future__ import annotations

from ..allocators import answering

allocator = answering.find()
read = allocator.read
