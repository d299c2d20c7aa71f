"""The measured side of the protocol: a request per line in, a reply per line out, nothing kept between them.

Requests are JSON objects with the key ``do``:

``open``      stack, scenario, directory, mix (four weights), seed, capacity (operations), concurrency (requests in
              flight, of a served stack): import and open the stack; or file: a person's own workload; or application
              (folder, module, attribute, is_factory, server, routes, shares, logins): one that is served; or test
              (nodeid, path, arguments of pytest): one of pytest's, or with operation the one that it hands over
              (``inside``). probes: the files of ``probes`` whose counts each look is to read; hands_off: there will
              be no looks
``prepare``   round, operations: bring the tables to their first state and write the round's plan
``stretch``   operations: carry out that many of the plan, collect garbage, then read the quick probes
``finish``    collect everything, read every probe, check the tables
``family``    most: say which processes there are below this one, and what each holds (``family``)
``leave``     operations: carry out that many of the plan and read, without touching anything (of a process that was
              opened with hands_off, whose rounds ``prepare`` leaves untouched too); every, between: after each
              so many operations collect garbage ("collect") or trim the heap ("trim") first. cpu: seconds of the
              processor
``account``   when (begin, end): what its memory is made of (``accounting``); at the end it is taken apart for that
``timers``    operations: say what timers of the event loop hold of so many operations, and which lines set them; three
              times as many must be planned (``settling.kept_by_timers``)
``answers``   say how many answers of each status an application gave
``unended``   say which tasks of a served application never end (``unended``)
``restore``   give the collector the interpreter's own settings again (``changing``)
``weigh``     library: read resident memory and its peak, and whether that library is loaded
``caps``      say what containers with a known bound there are, and how full they are
``attribute`` warm_up, window (operations), within (seconds), capture, native, library: which places allocate what
              stays (``attribution``)
``lines``     warm_up, most (operations), within (seconds), counter, rate: which line makes the counter grow (``lines``)
``survey``    round, first, least, most (operations), within (seconds), rate, bytes, lines: what holds what is new
              (``survey``)
``close``     close the stack; the process then ends
``describe``  modules: say what this interpreter has (needs no ``open``)
``outline``   file: say which operations and settings a person's own workload has; or application: say what it is and
              which routes it has; or tests (targets, arguments), directory: which tests pytest collects (needs no
              ``open``; ``outline``, ``applications``, ``collecting``)
``try``       route, names: send one request to an application; say what it was answered, and what the answer has by one
              of the names

A reply is a JSON object; one with the key ``error`` is the last (``failing``).
"""

from __future__ import annotations

import contextlib
import json
import os
import sys
import time
from typing import Any, Callable, Dict

from . import changing, failing
from .settling import collection

Reply = Dict[str, Any]


# Containers with a known bound are looked for before these rounds: later ones come too late to tell what they explain.
ROUNDS_OF_FINDING = 4


class Worker:
    def __init__(self) -> None:
        self._workload: Any = None
        self._looks: Any = None
        self._loop: Any = None
        self._loop_of_test: Any = None
        self._is_hands_off = False
        self._position = 0
        self._calls = 0
        self.operations = 0
        self.standing = failing.Standing()
        self.go_on: Callable[[Reply], None]

    def handle(self, request: Dict[str, Any]) -> Reply:
        action: Callable[[Dict[str, Any]], Reply] = getattr(self, "do_" + request["do"])
        return action(request)

    def do_describe(self, request: Dict[str, Any]) -> Reply:
        from . import descriptions

        return descriptions.describe(request["modules"])

    def do_outline(self, request: Dict[str, Any]) -> Reply:
        if request.get("application"):
            from . import applications

            return applications.outline(request["application"])
        if request.get("tests"):
            from . import collecting

            return collecting.outline(request)
        from . import outline

        return outline.outline(request["file"])

    def do_open(self, request: Dict[str, Any]) -> Reply:
        from . import workloads

        if "shared_memory" in request.get("probes", ()):
            _watch_shared_memory(request["directory"])
        if (request.get("test") or {}).get("operation"):
            return self._open_inside(request)
        return self._opened(workloads.load(request), request)

    def _open_inside(self, request: Dict[str, Any]) -> Reply:
        """Run a test that hands over what is to be measured; all other requests are answered from inside it."""
        from . import inside

        def go_on(workload: Any, loop: Any) -> None:
            self._loop_of_test = loop
            self.go_on(self._opened(workload, request))

        inside.run(request, go_on)
        return {"closed": True}

    def _opened(self, workload: Any, request: Dict[str, Any]) -> Reply:
        from . import descriptions

        self._workload = workload
        if self._workload.is_async and self._loop_of_test is None:
            import asyncio

            self._loop = asyncio.new_event_loop()
            asyncio.set_event_loop(self._loop)
        self._finish(self._workload.open())
        from . import looks

        self._is_hands_off = request.get("hands_off", False)
        if not self._is_hands_off:
            of_workload = getattr(self._workload, "looks", looks.Looks)
            self._looks = of_workload(request.get("probes", ()))
            self.standing.begin()
        return {**descriptions.describe(()), "allocator": looks.allocators()}

    def do_try(self, request: Dict[str, Any]) -> Reply:
        self._finish(self._workload.attempt(request["route"], request["names"]))
        tried: Reply = self._workload.tried
        return tried

    def do_prepare(self, request: Dict[str, Any]) -> Reply:
        from .probes import resident

        counts = self._workload.prepare(request["round"], request["operations"])
        self._position = 0
        if self._is_hands_off:
            return {"counts": counts, "rss": resident.rss()}
        return {"counts": counts, "rss": self._looks.begin_round(request["round"] <= ROUNDS_OF_FINDING)}

    def do_stretch(self, request: Dict[str, Any]) -> Reply:
        seconds = self._carry_out(request["operations"])
        self._drop_cancelled_timers()
        collection.collect()
        never_ends = getattr(self._workload, "never_ends", 0)
        return {"seconds": seconds, "calls": self._calls, "never_ends": never_ends, **self._looks.look()}

    def _carry_out(self, operations: int) -> float:
        """Seconds that so many operations of the plan took."""
        begin, self._position = self._position, self._position + operations
        self._calls += 1
        started = time.perf_counter()
        try:
            self._finish(self._workload.stretch(begin, self._position))
        except BaseException:
            self.operations += self._workload.completed
            raise
        seconds = time.perf_counter() - started
        self.operations += operations
        return seconds

    def do_leave(self, request: Dict[str, Any]) -> Reply:
        from .accounting import figures

        operations = request["operations"]
        started = time.process_time()
        if request.get("between"):
            seconds = self._carry_out_with(operations, request["every"], changing.BETWEEN[request["between"]])
        else:
            seconds = self._carry_out(operations)
        return {"seconds": seconds, "cpu": time.process_time() - started, **figures.quick()}

    def _carry_out_with(self, operations: int, every: int, between: Callable[[], Any]) -> float:
        """The same with something done after each ``every`` operations of this process, its seconds included."""
        seconds = 0.0
        while operations:
            piece = min(operations, every - self.operations % every)
            operations -= piece
            seconds += self._carry_out(piece)
            if self.operations % every == 0:
                started = time.perf_counter()
                between()
                seconds += time.perf_counter() - started
        return seconds

    def do_restore(self, _request: Dict[str, Any]) -> Reply:
        return changing.restore_collector()

    def do_weigh(self, request: Dict[str, Any]) -> Reply:
        return changing.weigh(request["library"])

    def do_account(self, request: Dict[str, Any]) -> Reply:
        from .accounting import account

        return account.begin() if request["when"] == "begin" else account.end()

    def do_finish(self, _request: Dict[str, Any]) -> Reply:
        ended = self._looks.end_round()
        self._workload.check()
        return {**ended, "exact": {"seconds": 0.0, "calls": self._calls, **ended["exact"]}}

    def do_caps(self, _request: Dict[str, Any]) -> Reply:
        return {"caps": self._looks.caps()}

    def do_timers(self, request: Dict[str, Any]) -> Reply:
        from .settling import kept_by_timers

        return kept_by_timers.weigh(self._workload, self._finish, request["operations"], self._live_bytes)

    def _live_bytes(self) -> int:
        return int(self._looks.look()["live_bytes"])

    def do_unended(self, _request: Dict[str, Any]) -> Reply:
        unended = getattr(self._workload, "unended", None)
        return {"tasks": self._finish(unended()) if unended else []}

    def do_answers(self, _request: Dict[str, Any]) -> Reply:
        self._finish(self._workload.read_answers())
        return {"answers": self._workload.answers}

    def do_family(self, request: Dict[str, Any]) -> Reply:
        return {"family": self._looks.family(request["most"])}

    def do_attribute(self, request: Dict[str, Any]) -> Reply:
        from .explaining import attribution

        return attribution.attribute(self._workload, self._finish_tidily, request)

    def do_lines(self, request: Dict[str, Any]) -> Reply:
        from .explaining import lines

        return lines.watch(self._workload, self._finish_tidily, request)

    def do_survey(self, request: Dict[str, Any]) -> Reply:
        from .explaining import survey

        return survey.survey(self._workload, self._finish_tidily, request)

    def do_close(self, _request: Dict[str, Any]) -> Reply:
        self._finish(self._workload.close())
        self.release()
        return {"closed": True}

    def release(self) -> None:
        """Let go of what the workload worked on: after the last reply this process may be ended at any time."""
        workload, self._workload = self._workload, None
        if workload is not None:
            workload.end()

    def end(self) -> None:
        """Let go of the event loop, if there is one."""
        if self._loop is not None:
            self._loop.close()

    def _finish_tidily(self, result: Any) -> Any:
        """Wait likewise, up to what is seen of it when memory is looked at."""
        found = self._finish(result)
        self._drop_cancelled_timers()
        return found

    def _drop_cancelled_timers(self) -> None:
        if self._loop is not None or self._loop_of_test is not None:
            from .settling import timers

            self._finish(timers.drop_cancelled())

    def _finish(self, result: Any) -> Any:
        """Wait for what an asynchronous workload returned.

        Not by ``run_until_complete``: anyio would take this task for the program and end its threads with it.
        """
        if self._loop_of_test is not None:  # which runs in another thread
            import asyncio

            return asyncio.run_coroutine_threadsafe(result, self._loop_of_test).result()
        if self._loop is None:
            return None
        task = self._loop.create_task(result)
        task.add_done_callback(lambda _: self._loop.stop())
        self._loop.run_forever()
        return task.result()


def _watch_shared_memory(directory: str) -> None:
    """Write down from here on which the stack makes; where that cannot be done, the first look tells why."""
    try:
        from .probes import shared_memory
    except (ImportError, OSError):
        return
    shared_memory.begin(directory)


def serve(requests: Any, replies: Any) -> int:
    """Answer every line of ``requests`` on ``replies`` (binary files) until ``close``, an error or the end."""
    worker = Worker()
    try:
        return _serve(worker, requests, replies)
    finally:
        worker.end()


def _serve(worker: Worker, requests: Any, replies: Any, is_inside: bool = False) -> int:
    """Answer; from inside a test until ``close``, which is answered when the test has ended."""

    def go_on(reply: Reply) -> None:
        _write(replies, reply)
        _serve(worker, requests, replies, is_inside=True)

    worker.go_on = go_on
    for line in requests:
        request = json.loads(line)
        if is_inside and request["do"] == "close":
            return 0
        try:
            reply = worker.handle(request)
        except (Exception, SystemExit) as error:
            failure = {"error": failing.describe(error, worker.operations, worker.standing)}
            _release(worker)
            _write(replies, failure)
            return 1
        _write(replies, reply)
        if "closed" in reply:
            return 0
    _release(worker)
    return 0


def _release(worker: Worker) -> None:
    """Let go of what the workload worked on, if that can be done: what went wrong before is what is told."""
    with contextlib.suppress(Exception):
        worker.release()


def _write(replies: Any, reply: Reply) -> None:
    replies.write(json.dumps(reply).encode() + b"\n")
    replies.flush()


def main() -> int:
    """Keep the two ends of the protocol to ourselves; what the stack prints goes to standard error."""
    requests = os.fdopen(os.dup(0), "rb")
    replies = os.fdopen(os.dup(1), "wb")
    null = os.open(os.devnull, os.O_RDONLY)
    os.dup2(null, 0)
    os.dup2(2, 1)
    os.close(null)
    return serve(requests, replies)


def run() -> None:
    code = main()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)
