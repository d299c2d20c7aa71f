"""Evidence that the tests of a verdict compare: growth of each probe, length of the run, containers that fill."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from find_mem_leaks.judging.failure import Failure, Kind
from find_mem_leaks.judging.growth import POINTS, Growth, Numbers, groups, grown_with
from find_mem_leaks.judging.probes import LIVE_BYTES, Probe
from find_mem_leaks.judging.readings import SURE, increments, rates
from find_mem_leaks.judging.rules import Horizon, Rules
from find_mem_leaks.judging.series import ENTRIES, Array, Cap, Columns, Series

# A container that was still filling explains growth until 1.5 times as many operations are over as it took to fill.
AFTER_FILLING = 1.5


@dataclass(frozen=True, eq=False)
class Evidence:
    """A series that has enough samples, the rules, and what is known of it so far.

    Attributes:
        series: what was measured.
        rules: what the verdict takes.
        last: whether nothing more will come.
        suspects: the probes whose readings grow, steadily or by jumps.
        by_jumps: whether they do so by jumps alone.
        failure: the operation that failed; None if none did.
    """

    series: Series
    rules: Rules
    last: bool
    suspects: tuple[Probe, ...] = ()
    by_jumps: bool = False
    failure: Failure | None = None
    _growths: dict[str, Growth] = field(default_factory=dict)

    @cached_property
    def measured(self) -> Columns:
        return self.series.columns(warm_up=False)

    @cached_property
    def every(self) -> Columns:
        return self.series.columns()

    @cached_property
    def _points(self) -> list[Numbers]:
        return groups(self.measured["operations"], self._ends)

    @cached_property
    def _ends(self) -> Numbers:
        """The samples with which a point may end: rounds' last ones, which are exact, if there are enough of them."""
        ends = np.cumsum([len(round_.samples) for round_ in self.series.measured]) - 1
        if self.measured["calls"].any() and len(ends) >= POINTS // 2:
            return ends
        return np.flatnonzero(np.diff(self.measured["operations"], append=np.inf))

    def growth(self, probe: Probe) -> Growth:
        """Return how a probe's reading grew."""
        if probe.name not in self._growths:
            self._growths[probe.name] = self._grown(probe)
        return self._growths[probe.name]

    def _grown(self, probe: Probe) -> Growth:
        operations, readings = self.measured["operations"], probe.read(self.measured)
        lowest = [group[readings[group].argmin()] for group in self._points]
        all_samples = self.every["operations"], probe.read(self.every)
        warm_up = len(all_samples[0]) - len(operations)
        means = self._means(operations), self._means(readings)
        return Growth(probe, self.rules.confidence, operations[lowest], readings[lowest], *all_samples, warm_up, means)

    def _means(self, column: Array) -> Array:
        return np.array([column[group].mean() for group in self._points])

    @cached_property
    def settled(self) -> float:
        """Rise of the median of live bytes, as read, from the first eighth of the points to the second half."""
        lowest = np.array([self.measured["live_bytes"][group].min() for group in self._points])
        half, eighth = len(lowest) // 2, max(1, len(lowest) // 8)
        return float(np.median(lowest[half:]) - np.median(lowest[:eighth]))

    def slowest(self, probe: Probe) -> float:
        """Return the growth per operation that is too slow to count; a limit below it asks for slower growth."""
        return probe.slowest * min(1.0, self.rules.effective_limit / LIVE_BYTES.slowest)

    def share(self, horizon: Horizon) -> float:
        """Return how much of a horizon of the rules has been covered; 1 is enough."""
        return self.rules.share(horizon, self.series, last=self.last)

    def want(self, kind: Kind) -> float:
        """Return how sure it is that the operation failed for want of something; 1 if its error says so."""
        return kind.want(self.failure, self.every) if self.failure else 0.0

    def used_up(self, kind: Kind) -> float:
        """Return the share of what was free of something that growth has used up."""
        return kind.used_up(self.failure, self.every) if self.failure else 0.0

    @cached_property
    def by_calls(self) -> float:
        """Bytes by which live bytes grew with the calls of the workload, if with those alone."""
        calls = self.measured["calls"]
        return grown_with(calls, self.measured["operations"], LIVE_BYTES.read(self.measured)) if calls.any() else 0.0

    @cached_property
    def beside_entries(self) -> float | None:
        """Growth of live bytes per operation that surely does not go with entries of bounded containers; None where
        those were not counted."""
        if ENTRIES not in self.measured:
            return None
        (_, rate), (_, error) = rates(
            *increments(self.measured, *(self.measured[name] for name in ("live_bytes", ENTRIES, "operations")))
        )
        return float(rate - SURE * error)

    @cached_property
    def filling(self) -> Sequence[Cap]:
        """The containers with room left, or full only now; that which gained most entries first."""
        over = self.series.operations
        grown = [cap for cap in self.series.caps if cap.before < cap.after]
        filling = [cap for cap in grown if cap.is_filling or over < AFTER_FILLING * cap.room_until]
        return sorted(filling, key=lambda cap: cap.before - cap.after)
