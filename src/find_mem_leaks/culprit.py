"""Records of places that leak, and nothing that finds them."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Frame:
    """A place in code on the way from an operation to an allocation.

    Attributes:
        function, file: where it is.
        line: 0 where it is not known.
    """

    function: str
    file: str
    line: int

    def __str__(self) -> str:
        return f"{self.function} ({self.file}:{self.line})"


@dataclass(frozen=True)
class Culprit:
    """A place that allocates what is never released.

    Attributes:
        stack: the frames from the allocation, first, out to the operation.
        allocations, bytes: per operation, still there when as many operations again were over.
        type: that of the objects that grow with it; None where that is not known.
        holder: what keeps them alive, from the container outwards, or that no Python object does; None where that is
            not known.
    """

    stack: tuple[Frame, ...]
    allocations: float
    bytes: float
    type: str | None
    holder: str | None

    @property
    def frame(self) -> Frame:
        """Return where it is: the frame that allocates."""
        return self.stack[0]
