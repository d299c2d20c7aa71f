"""An asv plugin: environments of type ``release``, in which asv builds and installs nothing.

Every commit of a ledger stands for a release, which `releases` installs in a throw-away environment itself. What asv
runs is this tool's own interpreter; the Python that it notes is the one that the release is measured in.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import Any

from asv.environment import Environment

from find_mem_leaks.history.releases.suite import PYTHON


class ReleaseEnvironment(Environment):
    tool_name = "release"
    matches_python_fallback = False

    def __init__(self, conf: Any, python: str, requirements: Any, tagged_env_vars: Any) -> None:
        # asv's base class names the environment before it notes what it needs for that.
        self._python, self._requirements = python, requirements
        super().__init__(conf, python, requirements, tagged_env_vars)
        self._global_env_vars[PYTHON] = python

    @classmethod
    def matches(cls, python: str) -> bool:
        return re.fullmatch(r"3\.\d+", python) is not None

    def check_presence(self) -> bool:
        return Path(self._path).is_dir()

    def _setup(self) -> None:
        Path(self._path).mkdir(parents=True, exist_ok=True)

    def install_project(self, conf: Any, repo: Any, commit_hash: str) -> None:  # noqa: ARG002
        self._set_commit_hash(commit_hash)

    def find_executable(self, executable: str) -> str:
        return sys.executable if executable == "python" else str(super().find_executable(executable))

    def run(self, args: list[str], **kwargs: Any) -> Any:
        return self.run_executable("python", args, **kwargs)
