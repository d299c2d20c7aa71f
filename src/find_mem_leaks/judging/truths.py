"""Comparison of a control's verdict with what is known to be true of it. Needs the standard library alone."""

from __future__ import annotations


def is_true(verdict: str, truth: str | None) -> bool:
    """Return whether a control's verdict says what is known to be true of it: that it leaks, or that it doesn't.

    Clean and bounded say the same here: whether growth that has stopped was seen depends on when the warm-up ended.
    """
    return truth is not None and (verdict == truth or {verdict, truth} <= {"clean", "bounded"})
