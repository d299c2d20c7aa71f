"""The measured side of the protocol: a request per line in, a reply per line out.

Requests are JSON objects with the key ``do``, which names one of those in ``requests``. A reply is a JSON object
(``replies``); one with the key ``error`` is the last (``failing``).
"""

from __future__ import annotations

import contextlib
import io
import json
import os
import sys
import traceback
from typing import BinaryIO, Optional

from . import failing
from .ends import ClosedError, End
from .worker import Reply, Worker


def serve(lines: BinaryIO, answers: BinaryIO) -> int:
    """Answer every line of one file in another until ``close``, an error or the end."""
    worker = Worker()
    try:
        return _serve(worker, lines, answers)
    finally:
        worker.end()


def _serve(worker: Worker, lines: BinaryIO, answers: BinaryIO, is_inside: bool = False) -> int:
    """Answer; from inside a test until ``close``, which is answered when the test has ended."""

    def go_on(reply: Reply) -> None:
        _write(answers, reply)
        _serve(worker, lines, answers, is_inside=True)

    worker.go_on = go_on
    owner = os.getpid()
    for line in lines:
        request = json.loads(line)
        if is_inside and request["do"] == "close":
            return 0
        try:
            reply = worker.handle(request)
        except BaseException as error:  # a cancelled task and outcomes of pytest are no Exception
            _end_copy(owner, error)
            failure = {"error": failing.describe(error, worker.operations, worker.standing)}
            with contextlib.suppress(Exception):
                worker.give_up()
            _release(worker)
            if is_inside:  # the test goes on, and tears down what it has set up
                worker.failed = failure
                return 1
            _write(answers, worker.failed or failure)
            return 1
        _end_copy(owner)
        if worker.failed:
            _write(answers, worker.failed)
            return 1
        _write(answers, reply)
        if "closed" in reply:
            return 0
    _release(worker)
    return 0


def _end_copy(owner: int, error: Optional[BaseException] = None) -> None:
    """End this process, if it is a copy that the workload has made by ``os.fork()`` and that has come out of the
    operation: as the interpreter would, and without a reply, which is for the process that was asked."""
    if os.getpid() == owner:
        return
    code = error.code if isinstance(error, SystemExit) else error
    if code is not None and not isinstance(code, int):
        traceback.print_exc()
        code = 1
    sys.stderr.flush()
    os._exit(code or 0)


def _release(worker: Worker) -> None:
    """Let go of what the workload worked on, if that can be done: what went wrong before is what is told."""
    with contextlib.suppress(Exception):
        worker.release()


def _write(answers: BinaryIO, reply: Reply) -> None:
    answers.write(json.dumps(reply).encode() + b"\n")
    answers.flush()


def main() -> int:
    """Keep the two ends of the protocol to ourselves; what the stack prints goes to standard error."""
    lines = io.BufferedReader(End(os.dup(0), "rb"))
    answers = io.BufferedWriter(End(os.dup(1), "wb"))
    null = os.open(os.devnull, os.O_RDONLY)
    os.dup2(null, 0)
    os.dup2(2, 1)
    os.close(null)
    return serve(lines, answers)


def run() -> None:
    try:
        code = main()
    except ClosedError as error:
        print(error, file=sys.stderr)
        code = 1
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)
