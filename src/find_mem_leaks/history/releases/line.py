"""A line of releases: what is listed, what became of it, and what is measured of it next."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from find_mem_leaks.history.releases import measuring, timeline
from find_mem_leaks.history.releases.listing import Release
from find_mem_leaks.history.releases.outcomes import Course, Outcome, Store
from find_mem_leaks.history.releases.timeline import Ends, Halving
from find_mem_leaks.runner import Progress
from find_mem_leaks.subjects.databases import Server


@dataclass
class Line:
    """A line of releases that is being measured: what is listed, and what has become of it so far.

    fresh: the versions that were measured in this call; server: the one that the workload is given.
    """

    course: Course
    listed: Sequence[Release]
    index: str
    online: bool
    store: Store
    outcomes: dict[str, Outcome] = field(default_factory=dict)
    fresh: list[str] = field(default_factory=list)
    server: Server | None = None

    def recall(self, *, force: bool) -> None:
        """Take up what earlier calls have kept, unless all is to be measured anew; what failed is always tried again.

        What was kept stands until something else is known.
        """
        for release in self.listed:
            outcome = self.store.get(release.version)
            if outcome is None or not outcome.is_final:
                self.store.forget(release.version)
            elif not force:
                self.outcomes[release.version] = outcome

    def measure(self, versions: Sequence[str], progress: Progress, at_once: int) -> None:
        """Measure those of the versions that nothing is known of yet."""
        left = [version for version in versions if version not in self.outcomes]
        course = self.course.at(self.server) if self.server else self.course
        measuring.measure(course, left, self.index, self._keep, progress, at_once, online=self.online)

    def _keep(self, outcome: Outcome) -> None:
        self.outcomes[outcome.release] = outcome
        self.fresh.append(outcome.release)
        self.store.keep(outcome)

    @property
    def known(self) -> list[Outcome]:
        """Return what has become of the releases, in their order."""
        return [self.outcomes[one.version] for one in self.listed if one.version in self.outcomes]

    def halve(self, progress: Progress, at_once: int, ends: Ends) -> tuple[Halving, set[str]]:
        """The turn of the verdict on the line, and the versions that were looked at; ends: is told both ends first."""
        versions = [one.version for one in self.listed]
        looked: set[str] = set()

        def look(places: Sequence[int]) -> list[Outcome]:
            wanted = [versions[place] for place in places]
            looked.update(wanted)
            self.measure(wanted, progress, at_once)
            return [self.outcomes[version] for version in wanted]

        return timeline.halve(len(versions), look, ends), looked
