"""A package's releases as its index lists them: versions, when they were uploaded, which are withdrawn."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from packaging.utils import InvalidSdistFilename, InvalidWheelFilename, parse_sdist_filename, parse_wheel_filename
from packaging.version import Version

from find_mem_leaks.errors import UsageError
from find_mem_leaks.history.releases import package_index

# What is said of a release whose index does not tell when it was uploaded.
UNDATED = "2000-01-01T00:00:00+00:00"


@dataclass(frozen=True)
class Release:
    """One release: its version as the index spells it, when its first file was uploaded (ISO 8601, UTC), and whether
    all its files are withdrawn."""

    version: str
    uploaded: str
    yanked: bool = False

    @property
    def number(self) -> Version:
        return Version(self.version)

    @property
    def day(self) -> str:
        """Return when it was uploaded: ``2021-06-28``, a dash where the index does not say."""
        return "–" if self.uploaded == UNDATED else self.uploaded[:10]


def fetch(package: str, index: str) -> list[Release]:
    """All releases of a package, the oldest version first.

    UsageError if the index has no such package, or does not answer as it should; IndexUnreachableError if it does not
    answer at all.
    """
    return parse(package_index.page(package, index))


def parse(page: Any) -> list[Release]:
    """The releases on an index page; UsageError if it is none."""
    by_version: dict[str, Release] = {}
    try:
        for file in page["files"]:
            version = _version(file["filename"])
            if version is not None:
                one = Release(str(version), _when(file.get("upload-time")), bool(file.get("yanked")))
                by_version[one.version] = _earlier(by_version.get(one.version), one)
    except (AttributeError, KeyError, TypeError):
        raise UsageError("the index does not answer as PEP 691 says: set another index") from None
    return sorted(by_version.values(), key=lambda release: release.number)


def _version(filename: str) -> Version | None:
    """The version of a wheel or a source archive; None of files of other kinds, which nothing installs today."""
    try:
        if filename.endswith(".whl"):
            return parse_wheel_filename(filename)[1]
        return parse_sdist_filename(filename)[1]
    except (InvalidWheelFilename, InvalidSdistFilename):
        return None


def _when(text: str | None) -> str:
    """An upload's time in UTC, to the second."""
    try:
        moment = datetime.fromisoformat(text or UNDATED)
    except ValueError:
        return UNDATED
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return moment.astimezone(UTC).replace(microsecond=0).isoformat()


def _earlier(before: Release | None, other: Release) -> Release:
    """Two files of one release: it came with the first, and is withdrawn if both are."""
    if before is None:
        return other
    return replace(before, uploaded=min(before.uploaded, other.uploaded), yanked=before.yanked and other.yanked)


def installable(releases: Iterable[Release], *, pre: bool, yanked: bool) -> list[Release]:
    """Return those that pip would take: finished ones that were not withdrawn, unless ``pre`` and ``yanked`` say
    otherwise."""
    return [one for one in releases if (yanked or not one.yanked) and (pre or not one.number.is_prerelease)]


def between(releases: Iterable[Release], since: Version | None, until: Version | None) -> list[Release]:
    """Return those from one version to another, both included; ``2.1`` takes in all of that series at either end."""
    return [one for one in releases if _from(one.number, since) and _to(one.number, until)]


def _from(version: Version, since: Version | None) -> bool:
    return since is None or version >= since or _is_of(version, since)


def _to(version: Version, until: Version | None) -> bool:
    return until is None or version <= until or _is_of(version, until)


def _is_of(version: Version, series: Version) -> bool:
    if series.is_prerelease or series.is_postrelease or series.local:
        return False
    return version.epoch == series.epoch and version.release[: len(series.release)] == series.release


def every(releases: Sequence[Release], step: int) -> list[Release]:
    """The first, each ``step``-th after it, and the last."""
    return [one for place, one in enumerate(releases) if place % step == 0 or place == len(releases) - 1]


def write(path: Path, releases: Iterable[Release]) -> None:
    """Keep a listing, for when there is no network."""
    path.write_text(json.dumps([asdict(one) for one in releases], indent=1) + "\n", encoding="utf-8")


def read(path: Path) -> list[Release]:
    """A kept listing; none if there is none, or it is damaged."""
    try:
        return list(_kept(json.loads(path.read_text(encoding="utf-8"))))
    except (OSError, ValueError, TypeError):
        return []


def _kept(records: Any) -> Iterator[Release]:
    for record in records:
        release = Release(**record)
        Version(release.version)
        yield release
