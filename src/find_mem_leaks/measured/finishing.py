"""When a server has finished with what it was sent: nothing is under way, or what is never ends."""

from __future__ import annotations

import sys

from . import clock

# Seconds without progress after which what is under way counts as what never ends, at first and from then on.
PATIENCE, LATER_PATIENCE = 3.0, 0.1


class Finishing:
    """Whether a server has finished, asked again and again by who counts what is under way.

    Attributes:
        never_ends: how much of what is under way never ends.
    """

    def __init__(self, turns: int = 1) -> None:
        """``turns``: how many times in a row nothing must be under way."""
        self.never_ends = 0
        self._turns = turns
        self.begin()

    def begin(self, *, patiently: bool = False) -> None:
        """Wait anew; ``patiently``: as long as at first, whatever never ended before."""
        self._quiet, self._least, self._since = 0, sys.maxsize, clock.seconds()
        self._patience = LATER_PATIENCE if self.never_ends and not patiently else PATIENCE

    def is_over(self, under_way: int) -> bool:
        """Return whether nothing is under way but what never ends."""
        if under_way < self._least:
            self._least, self._since = under_way, clock.seconds()
        if clock.seconds() - self._since > self._patience:
            self.never_ends = under_way
            return True
        self._quiet = self._quiet + 1 if under_way <= self.never_ends else 0
        return self._quiet >= self._turns
