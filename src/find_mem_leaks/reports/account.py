"""An account of a verdict: its tests list by list, those that it was made of first."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from find_mem_leaks.judging.criteria import Outcome
from find_mem_leaks.judging.statements import DECIDES, Statement, statements

STEADY, BY_JUMPS, CONVICTING, RUN_OUT, ACQUITTING, NEVER_COLLECTED, NEVER_RETURNED, STAYING_SMALL = DECIDES.values()
LEAKING, INCONCLUSIVE, FAILED = "leaking", "inconclusive", "failed"
# The test that leaves a cell undecided by itself, whatever would acquit it.
CACHE = "cache"
# A figure that has no bound, as records hold it (``growth.py``).
WITHOUT_BOUND = 1e9
# Significant digits of a figure; more where it would else read as its threshold, which it is not.
DIGITS = (3, 6, 12)
# More readings than these are counted, not named.
MOST_NAMES = 2


class Tested(Outcome):
    """What became of a test, as people read it."""

    @property
    def statement(self) -> Statement:
        return statements()[self.test]

    @property
    def reading(self) -> str:
        """The probe's name."""
        return self.probe.replace("_", " ")

    @property
    def is_asked(self) -> bool:
        """Return whether there is anything that would not pass."""
        return self.threshold != WITHOUT_BOUND or not self.statement.at_most


@dataclass(frozen=True)
class Entry:
    """What became of a test for some readings.

    Attributes:
        readings: their names; empty for a test of the whole cell.
        figure: what was compared; of several readings the least and the greatest.
        threshold: what it must be, as in ``≥ 8``.
        passed: whether the test was passed.
    """

    readings: str
    figure: str
    threshold: str
    passed: bool

    @property
    def result(self) -> str:
        return "passed" if self.passed else "failed"


@dataclass(frozen=True)
class Row:
    """A test as people read it.

    Attributes:
        statement: the test in words.
        entries: what became of it; readings that fared alike are one entry.
        decides: whether the cell is inconclusive because it was not passed.
    """

    statement: Statement
    entries: tuple[Entry, ...]
    decides: bool

    @property
    def passed(self) -> bool:
        return all(entry.passed for entry in self.entries)

    @property
    def explained(self) -> tuple[str, str]:
        """Return what the figure is, and what the threshold is and where it comes from."""
        bound = "At most" if self.statement.at_most else "At least"
        return f"Figure: {self.statement.figure}.", f"{bound}: {self.statement.threshold}."


@dataclass(frozen=True)
class Part:
    """A list of tests: what it decides and how that came out, and a row for each; those that decide come first.

    Of tests of growth, those that no reading came to are left out.
    """

    heading: str
    rows: tuple[Row, ...]

    @property
    def has_readings(self) -> bool:
        return any(entry.readings for row in self.rows for entry in row.entries)


def account(verdict: str, tests: Iterable[Outcome]) -> list[Part]:
    """Return the lists with their tests; none where no test was put, or one of another version's."""
    outcomes = [Tested(**vars(outcome)) for outcome in tests]
    if not outcomes or verdict == FAILED or not all(outcome.test in statements() for outcome in outcomes):
        return []
    return _Account(verdict, outcomes).parts()


class _Account:
    """The tests of one cell, sorted into their lists."""

    def __init__(self, verdict: str, tests: Sequence[Tested]) -> None:
        self._verdict = verdict
        self._lists = {name: [each for each in tests if each.statement.decides == name] for name in DECIDES.values()}
        steady, by_jumps = self._passing(STEADY), self._passing(BY_JUMPS)
        self._growing = {STEADY: steady, BY_JUMPS: [] if steady else by_jumps}
        self._deciding = self._against() if verdict == INCONCLUSIVE else []

    def _passing(self, name: str) -> list[str]:
        """The readings that pass all tests of a list."""
        failed = {each.reading for each in _failed(self._lists[name])}
        return [each for each in dict.fromkeys(each.reading for each in self._lists[name]) if each not in failed]

    @property
    def _grows(self) -> bool:
        return any(self._growing.values())

    def _against(self) -> list[Tested]:
        """The tests that stand against a conviction, and the first that stands against an acquittal."""
        convicting = _failed(self._lists[CONVICTING]) if self._grows else []
        if [each.test for each in convicting] == [CACHE]:
            return convicting
        acquitting = [*_failed(self._lists[ACQUITTING]), *_failed(self._lists[STAYING_SMALL])]
        return [*convicting, *acquitting[:1]]

    def parts(self) -> list[Part]:
        """The lists, those that the verdict was made of first."""
        growth = [BY_JUMPS, STEADY] if self._growing[BY_JUMPS] else [STEADY, BY_JUMPS]
        deployed = [NEVER_COLLECTED, NEVER_RETURNED]
        deployed.sort(key=lambda name: bool(_failed(self._lists[name])))
        if self._verdict == LEAKING and self._grows:
            names = [growth[0], CONVICTING, RUN_OUT, growth[1], ACQUITTING, STAYING_SMALL, *deployed]
        elif self._verdict == LEAKING:
            names = [*deployed, STAYING_SMALL, ACQUITTING, *growth, CONVICTING]
        elif self._grows:
            names = [CONVICTING, ACQUITTING, *growth, STAYING_SMALL, *deployed]
        else:
            names = [ACQUITTING, STAYING_SMALL, *growth, CONVICTING, *deployed]
        return [self._part(name) for name in names if self._lists[name]]

    def _part(self, name: str) -> Part:
        rows = [self._row(test, self._shown(name)) for test in dict.fromkeys(each.test for each in self._lists[name])]
        rows = [row for row in rows if row.entries]
        if name in {CONVICTING, ACQUITTING, STAYING_SMALL}:
            rows.sort(key=lambda row: (not row.decides, row.passed))
        return Part(f"{name[0].upper()}{name[1:]}: {self._result(name)}.", tuple(rows))

    def _result(self, name: str) -> str:
        """Return how a list came out."""
        if name == STEADY:
            return f"{' and '.join(self._growing[STEADY])} do" if self._growing[STEADY] else "none does"
        if name == RUN_OUT:
            exhausted = [reading for reading in self._passing(RUN_OUT) if reading in self._growing[STEADY]]
            return f"{' and '.join(exhausted)} {'does' if len(exhausted) == 1 else 'do'}"
        if name == BY_JUMPS:
            return "they do" if self._passing(BY_JUMPS) else "they do not"
        if name == CONVICTING and not self._grows:
            return "nothing grows"
        if name == ACQUITTING and self._verdict == LEAKING and self._grows:
            return "this one leaks"
        tests = {each.test for each in self._lists[name]}
        missed = len({each.test for each in _failed(self._lists[name])})
        return f"{missed} of {len(tests)} {'is' if missed == 1 else 'are'} not" if missed else "all are"

    def _shown(self, name: str) -> list[Tested]:
        """The tests of a list; of readings that stand still only the first, which they do not pass."""
        outcomes = self._lists[name]
        first = outcomes[0].test
        still = {each.probe for each in _failed(outcomes) if each.test == first} if name == STEADY else set()
        return [each for each in outcomes if each.test == first or each.probe not in still]

    def _row(self, test: str, shown: Sequence[Tested]) -> Row:
        outcomes = [each for each in shown if each.test == test]
        groups = self._by_motion(outcomes) if self._is_of_growth(test) else _by_result(outcomes)
        entries = tuple(_entry(group, len(outcomes)) for group in groups)
        return Row(statements()[test], entries, any(each in self._deciding for each in outcomes))

    def _is_of_growth(self, test: str) -> bool:
        return statements()[test].decides == STEADY

    def _by_motion(self, outcomes: Sequence[Tested]) -> list[list[Tested]]:
        """Each reading that moves by itself, those that grow first; those that stand still by their figures."""
        first = self._lists[STEADY][0].test
        moving = [each for each in outcomes if each.test != first or each.passed]
        moving.sort(key=lambda each: each.reading not in self._growing[STEADY])
        still = [each for each in outcomes if each not in moving]
        return [*([each] for each in moving), *_grouped(still, "figure")]


def _by_result(outcomes: Sequence[Tested]) -> list[list[Tested]]:
    """Each that did not pass by itself, then those that did, by what was asked of them."""
    return [*([each] for each in _failed(outcomes)), *_grouped([each for each in outcomes if each.passed], "threshold")]


def _grouped(outcomes: Iterable[Tested], name: str) -> list[list[Tested]]:
    """Return those with the same figure or threshold together."""
    groups: dict[float, list[Tested]] = {}
    for each in outcomes:
        groups.setdefault(getattr(each, name), []).append(each)
    return list(groups.values())


def _failed(outcomes: Iterable[Tested]) -> list[Tested]:
    return [each for each in outcomes if not each.passed]


def _entry(group: Sequence[Tested], of: int) -> Entry:
    figure, threshold = _compared(group)
    sign = "≤" if group[0].statement.at_most else "≥"
    must_be = f"{sign} {threshold}" if group[0].is_asked else "not asked"
    return Entry(_readings(group, of), figure, must_be, group[0].passed)


def _readings(group: Sequence[Tested], of: int) -> str:
    """Their names, if they are few."""
    if len(group) <= MOST_NAMES:
        return ", ".join(each.reading for each in group)
    return f"all {of} readings" if len(group) == of else f"{len(group)} others"


def _compared(group: Sequence[Tested]) -> tuple[str, str]:
    """The figures and the thresholds, with as many digits as it takes to tell them apart."""
    figures, thresholds = {each.figure for each in group}, {each.threshold for each in group}
    for digits in DIGITS:
        figure, threshold = _span(figures, digits), _span(thresholds, digits)
        if figure != threshold or figures == thresholds:
            break
    return figure, threshold


def _span(values: Iterable[float], digits: int) -> str:
    ends = [_number(value, digits) for value in sorted(values)]
    return ends[0] if ends[0] == ends[-1] else f"{ends[0]} to {ends[-1]}"


def _number(value: float, digits: int) -> str:
    """A figure with commas between thousands, and without an exponent from 1 on."""
    if abs(value) == WITHOUT_BOUND:
        return "∞" if value > 0 else "-∞"
    if abs(value) < 1:
        return f"{value + 0.0:.{digits}g}"
    text = f"{value:,.{max(0, digits - len(f'{abs(value):.0f}'))}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
