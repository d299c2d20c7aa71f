"""What a job finds on its runner: the variables, the files it writes its outputs to, and a home of its own."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

# Of this machine's variables only those that say how packages and certificates are found reach a job.
KEPT = (
    "PIP_",
    "UV_",
    "SSL_",
    "REQUESTS_",
    "CURL_",
    "GIT_SSL_",
    "LANG",
    "LC_",
    "TMPDIR",
    "http_proxy",
    "https_proxy",
    "no_proxy",
)
COMMAND_FILES = ("GITHUB_ENV", "GITHUB_OUTPUT", "GITHUB_PATH", "GITHUB_STEP_SUMMARY")


class FormatError(Exception):
    """A line of an output or environment file that GitHub would not take."""


@dataclass(frozen=True)
class Place:
    """The folders of one job: root, and in it the workspace, the home and the runner's temporary folder."""

    root: Path

    @property
    def workspace(self) -> Path:
        return self.root / "workspace"

    @property
    def home(self) -> Path:
        return self.root / "home"

    @property
    def temporary(self) -> Path:
        return self.root / "temporary"

    def make(self) -> None:
        for folder in (self.workspace, self.home, self.temporary):
            folder.mkdir(parents=True)


def inherited(environment: Mapping[str, str]) -> dict[str, str]:
    """The variables that a job keeps of this machine's; caches of packages are shared, the home is not."""
    home = Path(environment.get("HOME", "/"))
    kept = {name: value for name, value in environment.items() if name.startswith(KEPT)}
    kept.setdefault("UV_CACHE_DIR", str(home / ".cache" / "uv"))
    kept.setdefault("PIP_CACHE_DIR", str(home / ".cache" / "pip"))
    return kept | {"PATH": os.defpath + os.pathsep + "/usr/local/bin", "CI": "true", "GITHUB_ACTIONS": "true"}


def parse(text: str) -> dict[str, str]:
    """The pairs of an output or environment file: ``name=value``, or ``name<<END``, lines, and ``END``."""
    found: dict[str, str] = {}
    lines = iter(text.splitlines())
    for line in lines:
        name, separator, value = line.partition("=")
        if "<<" in name:
            name, _, end = line.partition("<<")
            found[name] = _until(end, lines)
        elif separator:
            found[name] = value
        elif line.strip():
            raise FormatError(f"{line!r} is neither name=value nor name<<END")
    return found


def _until(end: str, lines: Iterator[str]) -> str:
    value: list[str] = []
    for line in lines:
        if line == end:
            return "\n".join(value)
        value.append(line)
    raise FormatError(f"a value was to end with {end!r}, and did not")
