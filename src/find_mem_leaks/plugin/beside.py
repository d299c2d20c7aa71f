"""The process beside pytest that judges, as pytest's own process sees it: lines of JSON there and back."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from contextlib import suppress

import pytest

from find_mem_leaks.plugin.words import Answer, Call, Finish, Judge, Lines, Problem, Settings

MODULE = "find_mem_leaks.plugin.judge"
FAREWELL_SECONDS = 10.0
# By these coverage begins in all processes below: what it notes is memory too.
COVERAGE = ("COV_CORE_", "COVERAGE_PROCESS_")


class Beside:
    """The process; nothing of what it judges with is imported into pytest's own.

    Args:
        settings: what is the same for all tests of the run.
        folder: where it is called.
        environment: its environment variables.
    """

    def __init__(self, settings: Settings, folder: str, environment: Mapping[str, str]) -> None:
        self._errors = tempfile.TemporaryFile()  # noqa: SIM115 - closed at the end
        self._answers: dict[str, list[Answer]] = {}  # a test may be there twice
        self._process = subprocess.Popen(
            [sys.executable, "-P", "-m", MODULE],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._errors,
            cwd=folder,
            env={name: value for name, value in environment.items() if not name.startswith(COVERAGE)},
            start_new_session=True,  # Ctrl-C ends pytest alone, which then ends it
        )
        self._say(settings)

    def order(self, call: Call) -> None:
        """Have something judged; ``answer`` waits for what comes of it."""
        self._say({"do": "judge", **call})

    def answer(self, key: str) -> Answer:
        """Return what was ordered under this key has been judged to be."""
        while not self._answers.get(key):
            reply = self._hear()
            assert "key" in reply
            self._answers.setdefault(reply["key"], []).append(reply)
        return self._answers[key].pop(0)

    def finish(self, documents: Sequence[str], *, is_whole: bool) -> list[str]:
        """Have the results of a run written; lines that say what it came to. is_whole: it was not interrupted."""
        self._say({"do": "finish", "documents": list(documents), "is_whole": is_whole})
        while "lines" not in (reply := self._hear()):
            pass  # of tests that nobody waits for any more
        return reply["lines"]

    def _say(self, words: Settings | Judge | Finish) -> None:
        assert self._process.stdin is not None
        try:
            self._process.stdin.write(json.dumps(words).encode() + b"\n")
            self._process.stdin.flush()
        except OSError:
            raise pytest.UsageError(self._last_words()) from None

    def _hear(self) -> Answer | Lines:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            raise pytest.UsageError(self._last_words())
        try:
            reply: Answer | Lines | Problem = json.loads(line)
        except ValueError:  # Ctrl-C came between its beginning and its end
            return self._hear()
        if "problem" in reply:
            raise pytest.UsageError(reply["problem"])
        return reply

    def _last_words(self) -> str:
        """Return why the process has ended."""
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(FAREWELL_SECONDS)
        self._errors.seek(0)
        lines = self._errors.read().decode(errors="replace").strip().splitlines()
        return f"leaks cannot be judged: {lines[-1] if lines else f'exit code {self._process.returncode}'}"

    def end(self) -> None:
        """Let it end, and what it is still measuring with it."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        with suppress(OSError):
            self._process.stdin.close()
        try:
            self._process.wait(FAREWELL_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._process.stdout.close()
        self._errors.close()
