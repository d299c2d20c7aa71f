"""What changed when records were judged again."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from find_mem_leaks.reports.columns import SIGNS, counted
from find_mem_leaks.results import Cell

Pair = tuple[Cell, Cell]


def lines(recorded: Sequence[Cell], judged: Sequence[Cell]) -> Iterator[str]:
    """A line for each cell whose verdict changed, how many did, and how many records lacked what judging takes."""
    pairs = list(zip(recorded, judged, strict=True))
    changed = [(was, is_) for was, is_ in pairs if was.verdict is not is_.verdict]
    for was, is_ in changed:
        yield f"{was.stack} {was.scenario}: was {_described(was)}; is {_described(is_)}"
    if pairs:
        yield _counts(changed, len(pairs)) if changed else _unchanged(pairs)
    old = sum(cell.predates_tests for cell in recorded)
    if old:
        yield (
            f"Of {counted(old, 'cell')} the record holds no horizons, containers or tests (schema 1): "
            f"{'it was' if old == 1 else 'they were'} judged by today's rules with the record's limit and confidence."
        )


def _described(cell: Cell) -> str:
    return f"{SIGNS[cell.verdict]} {cell.verdict}: {cell.reason}"


def _counts(changed: Sequence[Pair], of: int) -> str:
    kinds = Counter(f"{was.verdict} to {is_.verdict}" for was, is_ in changed)
    each = ", ".join(f"{number} from {kind}" for kind, number in kinds.items())
    return f"{len(changed)} of {counted(of, 'verdict')} changed: {each}."


def _unchanged(pairs: Sequence[Pair]) -> str:
    figures = sum(_figures(was) != _figures(is_) or (bool(was.tests) and was.tests != is_.tests) for was, is_ in pairs)
    verdicts = f"All {counted(len(pairs), 'verdict')} are" if len(pairs) > 1 else "The verdict is"
    if figures:
        return f"{verdicts} as recorded; figures of {counted(figures, 'cell')} changed."
    return f"{verdicts} as recorded, to the last digit of {'their' if len(pairs) > 1 else 'its'} figures."


def _figures(cell: Cell) -> tuple[object, ...]:
    return cell.bytes_per_operation, cell.interval, cell.growth
