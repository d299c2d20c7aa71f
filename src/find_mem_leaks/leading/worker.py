"""The judging side's end of the protocol: start a measured process, ask it, and say what became of it."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import tempfile
from collections.abc import Mapping
from contextlib import suppress
from types import TracebackType
from typing import Any, Self

from find_mem_leaks import scratch
from find_mem_leaks.judging.failure import Ceiling, Failure, Raised
from find_mem_leaks.leading import guard, leftovers
from find_mem_leaks.leading.ask import Ask
from find_mem_leaks.measured import replies
from find_mem_leaks.subjects import catalogue

# Bytes of the longest line that a reply may have.
LONGEST_REPLY = 1 << 25
GOODBYE_SECONDS = 5.0
# Seconds after which it is looked whether the process that is to answer has ended.
POLL_SECONDS = 1.0

# glibc counts what a thread has freed and keeps for itself as handed out: with that cache off, its count is exact.
EXACT = {"GLIBC_TUNABLES": "glibc.malloc.tcache_count=0"}


class WorkerError(Exception):
    """The measured process failed; the message is one line with the reason.

    Attributes:
        failure: what the process said of an error; None if it said nothing.
        skipped: why what was to be measured is none that can be; empty if it failed.
        place: where an error was raised, ``file:line``; empty if that is not code of what is measured, or not known.
    """

    def __init__(self, message: str, failure: Failure | None = None, skipped: str = "", place: str = "") -> None:
        super().__init__(message)
        self.failure = failure
        self.skipped = skipped
        self.place = place


class HangsError(WorkerError):
    """It gave no answer in time, which tells nothing of what was asked."""


class Worker:
    """A measured process, as an asynchronous context manager: whatever happens, nothing of it is left behind.

    ``settings``: variables of its environment that differ from ours.
    """

    def __init__(self, executable: str, seed: int, settings: Mapping[str, str] = EXACT) -> None:
        self._executable = executable
        self._environment = {**os.environ, "PYTHONHASHSEED": str(seed % 2**32), **settings}
        self._process: asyncio.subprocess.Process
        self.directory = ""

    async def __aenter__(self) -> Self:
        self._folder = scratch.Folder(in_memory=True)
        self.directory = self._folder.path
        self._environment[leftovers.MARK] = self.directory
        self._errors = tempfile.TemporaryFile()  # noqa: SIM115 - closed when the process has ended
        try:
            keeper = guard.guard()  # first: where it cannot be started, no process is left without one
            self._process = await self._start()
            keeper.begun(self._process.pid, self.directory)
        except BaseException:
            self._clean_up()
            raise
        return self

    def _clean_up(self) -> None:
        self._errors.close()
        self._folder.remove()

    async def _start(self) -> asyncio.subprocess.Process:
        return await asyncio.create_subprocess_exec(
            self._executable,
            str(catalogue.MEASURED),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=self._errors,
            env=self._environment,
            start_new_session=True,
            limit=LONGEST_REPLY,
        )

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        known = leftovers.family(self._process.pid)
        with suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        try:
            leftovers.end(known, self.directory)  # first: who holds an end of a pipe keeps wait() from returning
            with suppress(TimeoutError):
                async with asyncio.timeout(GOODBYE_SECONDS):
                    await self._process.wait()
        finally:
            guard.guard().ended(self._process.pid)
            self._clean_up()

    @property
    def ask(self) -> Ask:
        """Send one request and return its reply; WorkerError if there is none within ``seconds`` or it is an error."""
        return self._ask

    async def _ask(self, seconds: float, **request: Any) -> Any:
        line = json.dumps(request).encode() + b"\n"
        try:
            async with asyncio.timeout(seconds):
                answer = await self._exchange(line)
        except TimeoutError:
            raise HangsError(f"hangs: no answer to {request['do']!r} in {seconds:.0f} s, so it was killed") from None
        if not answer:
            raise WorkerError(await self._epitaph())
        reply = _parse(answer)
        if not replies.LEAST[request["do"]] <= reply.keys():
            raise WorkerError(f"printed something that is not a reply to {request['do']!r}: {answer[:60]!r}")
        return reply

    async def _exchange(self, line: bytes) -> bytes:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        with suppress(ConnectionError):
            self._process.stdin.write(line)
            await self._process.stdin.drain()
        answer = asyncio.ensure_future(self._process.stdout.readline())
        try:
            while not answer.done():
                has_ended = self._process.returncode is not None
                await asyncio.wait({answer}, timeout=POLL_SECONDS)
                if has_ended and not answer.done():  # its children hold the other end
                    return b""
            return answer.result()
        except ValueError:
            raise WorkerError(f"printed more than {LONGEST_REPLY} bytes without a line's end on the protocol") from None
        finally:
            answer.cancel()

    async def close(self, seconds: float) -> None:
        """Let the process close its stack, for ``seconds`` at most, and end."""
        await self.ask(seconds, do="close")

    async def _epitaph(self) -> str:
        """Return why a process that says nothing more has ended."""
        if self._process.returncode is None:
            with suppress(TimeoutError):
                async with asyncio.timeout(GOODBYE_SECONDS):
                    await self._process.wait()
        code = self._process.returncode
        if code is None:
            return "closed its end of the protocol and went on: killed"
        if code < 0:
            return f"killed by {_signal_name(-code)}"
        last = self._last_words()
        return f"exited with code {code}" + (f": {last}" if last else "")

    def _last_words(self) -> str:
        self._errors.seek(0, os.SEEK_END)
        self._errors.seek(max(0, self._errors.tell() - 4096))
        lines = self._errors.read().decode(errors="replace").strip().splitlines()
        return lines[-1].strip()[:200] if lines else ""


def _signal_name(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"signal {number}"


def _parse(answer: bytes) -> dict[str, Any]:
    try:
        reply = json.loads(answer)
    except ValueError:
        reply = None
    if not isinstance(reply, dict):
        raise WorkerError(f"printed something that is not a reply of the protocol: {answer[:60]!r}")
    if "error" in reply:
        error = reply["error"]
        skipped = " ".join(str(error["message"]).split()) if error.get("skip") else ""
        raise WorkerError(_describe(error), _failure(error), skipped, error.get("place") or "")
    return reply


def _failure(error: replies.Error) -> Failure | None:
    """Return what is known of it; None of an error that says no more than itself."""
    if "raised" not in error:
        return None
    raised = tuple(Raised(**each) for each in error["raised"])
    return Failure(error["operation"], raised, tuple(Ceiling(**each) for each in error["ceilings"]))


def _describe(error: replies.Error) -> str:
    message = " ".join(str(error["message"]).split())
    words = f"{error['type']}: {message}" if message else str(error["type"])
    place = f"{error['place']}, " if error.get("place") else ""
    return f"{words[:300]} ({place}after {error['operation']:,} operations)"
