"""A malloc that tells nothing: musl's, and any that is not known here.

Source: none.

Cannot see: any native memory. Pages that it takes are still seen, as mapped by no allocator.
"""

from __future__ import annotations

from . import Allocator


class Unknown(Allocator):
    """A malloc that no file of this folder can read.

    Attributes:
        library: name of the file that the malloc is in; empty where that is not known.
        reason: why nothing is read.
    """

    def __init__(self, library: str, reason: str) -> None:
        self.library, self.reason = library, reason

    def describe(self) -> str:
        return "malloc of " + self.library if self.library else "unknown malloc"

    def blind(self) -> str:
        return self.reason
