"""A package's releases as its index lists them: versions, when they were uploaded, which are withdrawn."""

from __future__ import annotations

import base64
import configparser
import json
import os
import sys
import tomllib
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from packaging.utils import InvalidSdistFilename, InvalidWheelFilename, parse_sdist_filename, parse_wheel_filename
from packaging.version import Version

from find_mem_leaks.errors import UsageError

PYPI = "https://pypi.org/simple"
# PEP 691: the index page of a package as JSON; PEP 700 adds when each file was uploaded.
JSON_PAGE = "application/vnd.pypi.simple.v1+json"
ANSWER_SECONDS = 30
# What is said of a release whose index does not tell when it was uploaded.
UNDATED = "2000-01-01T00:00:00+00:00"
# What sets the index for uv and for pip, the first that is set wins: uv installs, so its own come first.
VARIABLES = ("UV_DEFAULT_INDEX", "UV_INDEX_URL", "PIP_INDEX_URL")


class IndexUnreachableError(Exception):
    """The index did not answer; the message is one line."""


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
        """When it was uploaded: ``2021-06-28``, a dash where the index does not say."""
        return "–" if self.uploaded == UNDATED else self.uploaded[:10]


def configured_index(environment: Mapping[str, str] = os.environ) -> str:
    """The index that uv and pip are told to use by environment variables or their configuration files; else PyPI."""
    variables = (environment[name] for name in VARIABLES if environment.get(name))
    files = (url for url in (_of_uv(environment), _of_pip(environment)) if url)
    found = next(variables, None) or next(files, None) or PYPI
    return found.split("=", 1)[1] if _is_named(found) else found


def _is_named(index: str) -> bool:
    """Whether it is uv's ``name=https://…``."""
    return "=" in index.split("://", maxsplit=1)[0]


def _of_uv(environment: Mapping[str, str]) -> str | None:
    """The default index of uv's own configuration files."""
    home = Path(environment.get("XDG_CONFIG_HOME") or Path.home() / ".config")
    for path in (Path(environment.get("UV_CONFIG_FILE") or home / "uv" / "uv.toml"), Path("/etc/uv/uv.toml")):
        try:
            settings = tomllib.loads(path.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            continue
        defaults = [index["url"] for index in settings.get("index", []) if index.get("default")]
        found = [*defaults, settings.get("index-url"), settings.get("pip", {}).get("index-url")]
        if any(found):
            return next(str(url) for url in found if url)
    return None


def _of_pip(environment: Mapping[str, str]) -> str | None:
    """``index-url`` of pip's configuration files, of which the nearest to the person wins."""
    found = None
    for path in _pip_files(environment):
        settings = configparser.RawConfigParser(strict=False)
        try:
            settings.read(path, encoding="utf-8")
        except (configparser.Error, OSError, ValueError):
            continue
        for section in ("global", "install"):
            for name in ("index-url", "index_url"):
                found = settings.get(section, name, fallback=found)
    return found


def _pip_files(environment: Mapping[str, str]) -> list[Path]:
    """Where pip looks, what it reads last at the end."""
    named = environment.get("PIP_CONFIG_FILE")
    if named == os.devnull:
        return []
    home = Path(environment.get("XDG_CONFIG_HOME") or Path.home() / ".config")
    everyone = [Path("/etc/xdg/pip/pip.conf"), Path("/etc/pip.conf")]
    own = [Path.home() / ".pip" / "pip.conf", home / "pip" / "pip.conf", Path(sys.prefix) / "pip.conf"]
    return [*everyone, *own, *([Path(named)] if named else [])]


def fetch(package: str, index: str) -> list[Release]:
    """All releases of a package, the oldest version first.

    UsageError if the index has no such package, or does not answer as it should; IndexUnreachableError if it does not
    answer at all.
    """
    return parse(_page(package, index))


def _page(package: str, index: str) -> Any:
    try:
        with urllib.request.urlopen(_request(package, index), timeout=ANSWER_SECONDS) as answer:  # noqa: S310
            return json.load(answer)
    except urllib.error.HTTPError as error:
        error.close()
        if error.code in {404, 410}:
            raise UsageError(f"{shown(index)} has no package {package!r}: check its name") from None
        raise IndexUnreachableError(f"{shown(index)} answered {error.code} {error.reason}") from None
    except (OSError, EOFError) as error:
        reason = getattr(error, "reason", None) or error
        raise IndexUnreachableError(f"{shown(index)} cannot be reached ({reason})") from None
    except ValueError:
        raise UsageError(f"{shown(index)} does not list {package!r} in JSON (PEP 691): set another index") from None


def _request(package: str, index: str) -> urllib.request.Request:
    """The request for a package's page; a name and password in the index's address go into a header."""
    if not index.startswith(("https://", "http://")):
        raise UsageError(f"the index {index} is no http address: set another, such as {PYPI}")
    parts = urllib.parse.urlsplit(f"{index.rstrip('/')}/{package}/")
    address = urllib.parse.urlunsplit(parts._replace(netloc=parts.netloc.rpartition("@")[2]))
    request = urllib.request.Request(address, headers={"Accept": JSON_PAGE, "User-Agent": "find-mem-leaks"})  # noqa: S310
    if parts.username:
        words = f"{urllib.parse.unquote(parts.username)}:{urllib.parse.unquote(parts.password or '')}"
        request.add_header("Authorization", "Basic " + base64.b64encode(words.encode()).decode())
    return request


def shown(index: str) -> str:
    """The index without a name and password in its address."""
    parts = urllib.parse.urlsplit(index)
    return urllib.parse.urlunsplit(parts._replace(netloc=parts.netloc.rpartition("@")[2]))


def parse(page: Any) -> list[Release]:
    """The releases on an index page; UsageError if it is none."""
    found: dict[str, Release] = {}
    try:
        for file in page["files"]:
            version = _version(file["filename"])
            if version is not None:
                one = Release(str(version), _when(file.get("upload-time")), bool(file.get("yanked")))
                found[one.version] = _earlier(found.get(one.version), one)
    except (AttributeError, KeyError, TypeError):
        raise UsageError("the index does not answer as PEP 691 says: set another index") from None
    return sorted(found.values(), key=lambda release: release.number)


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


def _earlier(known: Release | None, other: Release) -> Release:
    """Two files of one release: it came with the first, and is withdrawn if both are."""
    if known is None:
        return other
    return replace(known, uploaded=min(known.uploaded, other.uploaded), yanked=known.yanked and other.yanked)


def installable(releases: Iterable[Release], *, pre: bool, yanked: bool) -> list[Release]:
    """Those that pip would take: finished ones that were not withdrawn, unless ``pre`` and ``yanked`` say otherwise."""
    return [one for one in releases if (yanked or not one.yanked) and (pre or not one.number.is_prerelease)]


def between(releases: Iterable[Release], since: Version | None, until: Version | None) -> list[Release]:
    """Those from one version to another, both included; ``2.1`` takes in all of that series at either end."""
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
