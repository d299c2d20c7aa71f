"""The asv suite's base for releases: figures of a release from what `releases` keeps, measured if they are not there.

asv runs it in this tool's own interpreter; only the measured process runs in the release's environment.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from abc import abstractmethod
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any, ClassVar

from find_mem_leaks.history import figures
from find_mem_leaks.history.figures import Figures
from find_mem_leaks.history.suite import Suite

# Which commit is which release, below asv's configuration; written by the command.
COMMITS = "commits.json"
PYTHON = "ASV_RELEASES_PYTHON"


class ReleaseSuite(Suite):
    """One stack under one scenario. A concrete class names them, and how to measure a release for each Python.

    courses: by the Python's series, the folder of kept outcomes and the command line that makes them; both as the
    command was called last. version: of its figures; asv forgets those of another.
    """

    version: ClassVar[str]
    courses: ClassVar[dict[str, dict[str, Any]]]
    # It would read the peak of this tool's interpreter, in which the release is not installed.
    peakmem_process = None  # type: ignore[assignment]

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        for name in dir(Suite):
            if name.startswith("track_"):
                setattr(cls, name, _of_version(getattr(Suite, name), cls.version))

    @abstractmethod
    def setup_cache(self) -> dict[str, Figures]:
        """Return the figures of each scenario; asv hands them to every method."""

    def measure(self) -> dict[str, Figures]:
        """The figures of the commit's release, or why there are none."""
        root = Path(os.environ["ASV_CONF_DIR"])
        release = json.loads((root / COMMITS).read_text(encoding="utf-8"))[os.environ["ASV_COMMIT"]]
        course = self.courses[os.environ[PYTHON]]
        kept = root / course["outcomes"] / f"{release}.json"
        if not kept.exists():
            words = [*course["call"], "--since", release, "--until", release, "--every", "1", "--no-site", "-q"]
            called = [sys.executable, "-m", "find_mem_leaks", *words]
            subprocess.run(called, cwd=course["directory"], stdout=sys.stderr, check=False)
        [scenario] = self.params
        return {scenario: self._of(kept)}

    def _of(self, kept: Path) -> Figures:
        """The figures of a kept outcome; its record goes where the site's page of leaks looks for it."""
        try:
            document = json.loads(kept.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return {"failed": "the release was not measured"}
        if not document["cells"]:
            self._note_missing(document["reason"])
            return {"n/a": document["reason"]}
        self._keep(document["cells"], {})
        return figures.of(document["cells"][0])


def _of_version(figure: Callable[..., Any], version: str) -> Any:
    """The same figure under a version of its own."""

    @wraps(figure)
    def own(*arguments: Any) -> Any:
        return figure(*arguments)

    own.version = f"{figure.version}-{version}"  # type: ignore[attr-defined]
    return own
