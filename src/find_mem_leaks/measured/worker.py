"""What a measured process does when it is asked: one method for each request (``requests``), which returns its reply
(``replies``). Nothing is kept between them but the workload that is open and how far it is.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Callable, Coroutine, Mapping, Optional, TypeVar, overload

from . import changing, clock, failing
from .settling import collection

if TYPE_CHECKING:
    import asyncio
    from typing import TypeGuard

    from . import replies, requests
    from .one_task import OneTask
    from .workload import Application, Looks, Workload

Reply = Mapping[str, object]
T = TypeVar("T")

# Containers with a known bound are looked for before these rounds: later ones come too late to tell what they explain.
ROUNDS_OF_FINDING = 4
# Seconds that an application which has failed is given to end.
GIVE_UP_SECONDS = 5.0


class Worker:
    def __init__(self) -> None:
        self._workload: Workload
        self._looks: Looks
        self._loop: Optional[asyncio.AbstractEventLoop] = None
        self._task: Optional[OneTask] = None
        self._loop_of_test: Optional[asyncio.AbstractEventLoop] = None
        self._is_open = False
        self._is_hands_off = False
        self._position = 0
        self._calls = 0
        self.operations = 0
        self.standing = failing.Standing()
        self.go_on: Callable[[Reply], None]
        self.failed: Optional[Reply] = None  # what is told only when the test has ended, inside of which it failed

    def handle(self, request: Mapping[str, Any]) -> Reply:
        """Do what a request says, whose keys are as its name has them (``requests``)."""
        action: Callable[[Mapping[str, Any]], Reply] = getattr(self, "do_" + request["do"])
        return action(request)

    def do_describe(self, request: requests.Describe) -> replies.Describe:
        from . import descriptions

        return descriptions.describe(request["modules"])

    def do_outline(self, request: requests.Outline) -> replies.Outline:
        if "application" in request:
            from . import applications

            return applications.outline(request["application"])
        if "tests" in request:
            from . import collecting

            return collecting.outline(request["tests"], request["directory"])
        from . import outline

        return outline.outline(request["file"])

    def do_open(self, request: requests.Open) -> Reply:
        from . import workloads

        if "shared_memory" in request.get("probes", ()):
            _watch_shared_memory(request["directory"])
        test = request.get("test")
        if test and test.get("operation"):
            return self._open_inside(request, test)
        return self._opened(workloads.load(request), request)

    def _open_inside(self, request: requests.Open, test: requests.Test) -> replies.Close:
        """Run a test that hands over what is to be measured; all other requests are answered from inside it."""
        from . import inside

        def go_on(workload: Workload, loop: Optional[asyncio.AbstractEventLoop]) -> None:
            self._loop_of_test = loop
            self.go_on(self._opened(workload, request))

        inside.run(test, request["directory"], go_on)
        return {"closed": True}

    def _opened(self, workload: Workload, request: requests.Open) -> replies.Open:
        from . import descriptions

        self._workload, self._is_open = workload, True
        if self._workload.is_async and self._loop_of_test is None:
            import asyncio

            self._loop = asyncio.new_event_loop()
            asyncio.set_event_loop(self._loop)
            if getattr(self._workload, "in_one_task", False):
                from .one_task import OneTask

                self._task = OneTask(self._loop)
        self._finish(self._workload.open())
        from . import looks

        self._is_hands_off = request.get("hands_off", False)
        if not self._is_hands_off:
            of_workload = getattr(self._workload, "looks", looks.Looks)
            self._looks = of_workload(request.get("probes", ()))
            self.standing.begin()
        return {**descriptions.describe(()), "allocator": looks.allocators()}

    def do_try(self, request: requests.Try) -> replies.Try:
        application = _as_application(self._workload)
        self._finish(application.attempt(request["route"], request["names"]))
        return application.tried

    def do_prepare(self, request: requests.Prepare) -> replies.Prepare:
        from .probes import resident

        counts = self._workload.prepare(request["round"], request["operations"])
        self._position = 0
        if self._is_hands_off:
            return {"counts": counts, "rss": resident.rss()}
        return {"counts": counts, "rss": self._looks.begin_round(request["round"] <= ROUNDS_OF_FINDING)}

    def do_stretch(self, request: requests.Stretch) -> replies.Stretch:
        seconds = self._carry_out(request["operations"])
        self._drop_cancelled_timers()
        collection.collect()
        return self._ended(seconds, self._looks.look())

    def _ended(self, seconds: float, look: replies.Look) -> replies.Stretch:
        never_ends = getattr(self._workload, "never_ends", 0)
        return {"seconds": seconds, "calls": self._calls, "never_ends": never_ends, **look}

    def _carry_out(self, operations: int) -> float:
        """Seconds that so many operations of the plan took."""
        begin, self._position = self._position, self._position + operations
        self._calls += 1
        started = clock.seconds()
        try:
            self._finish(self._workload.stretch(begin, self._position))
        except BaseException:
            self.operations += self._workload.completed
            raise
        seconds = clock.seconds() - started
        self.operations += operations
        return seconds

    def do_leave(self, request: requests.Leave) -> replies.Leave:
        from .accounting import figures

        operations = request["operations"]
        started = clock.of_processor()
        if "between" in request:
            seconds = self._carry_out_with(operations, request["every"], changing.BETWEEN[request["between"]])
        else:
            seconds = self._carry_out(operations)
        return {"seconds": seconds, "cpu": clock.of_processor() - started, **figures.quick()}

    def _carry_out_with(self, operations: int, every: int, between: Callable[[], object]) -> float:
        """The same with something done after each ``every`` operations of this process, its seconds included."""
        seconds = 0.0
        while operations:
            piece = min(operations, every - self.operations % every)
            operations -= piece
            seconds += self._carry_out(piece)
            if self.operations % every == 0:
                started = clock.seconds()
                between()
                seconds += clock.seconds() - started
        return seconds

    def do_keep_garbage(self, _request: requests.Request) -> replies.KeepGarbage:
        return changing.keep_garbage()

    def do_restore(self, _request: requests.Request) -> replies.Restore:
        return changing.restore_collector()

    def do_weigh(self, request: requests.Weigh) -> replies.Weigh:
        return changing.weigh(request["library"])

    def do_account(self, request: requests.Account) -> replies.Account:
        from .accounting import account

        return account.begin() if request["when"] == "begin" else account.end()

    def do_finish(self, _request: requests.Request) -> replies.Finish:
        ended = self._looks.end_round()
        self._workload.check()
        return {**ended, "exact": self._ended(0.0, ended["exact"])}

    def do_caps(self, _request: requests.Request) -> replies.Caps:
        return {"caps": self._looks.caps()}

    def do_timers(self, request: requests.Stretch) -> replies.Timers:
        from .settling import kept_by_timers

        return kept_by_timers.weigh(self._workload, self._finish, request["operations"], self._live_bytes)

    def _live_bytes(self) -> int:
        return self._looks.look()["live_bytes"]

    def do_unended(self, _request: requests.Request) -> replies.Unended:
        unended = getattr(self._workload, "unended", None)
        return {"tasks": self._finish(unended()) if unended else []}

    def do_answers(self, _request: requests.Request) -> replies.Answers:
        application = _as_application(self._workload)
        self._finish(application.read_answers())
        return {"answers": application.answers}

    def do_family(self, request: requests.Family) -> replies.Family:
        return {"family": self._looks.family(request["most"])}

    def do_attribute(self, request: requests.Attribute) -> replies.Attribute:
        from .explaining import attribution

        return attribution.attribute(self._workload, self._finish_tidily, request)

    def do_lines(self, request: requests.Lines) -> replies.Attribute:
        from .explaining import lines

        return lines.watch(self._workload, self._finish_tidily, request)

    def do_survey(self, request: requests.Survey) -> replies.Survey:
        from .explaining import survey

        return survey.survey(self._workload, self._finish_tidily, request)

    def do_close(self, _request: requests.Request) -> replies.Close:
        self._finish(self._workload.close())
        self.release()
        return {"closed": True}

    def give_up(self) -> None:
        """Let an ASGI application that is served end as it does when it is told to, if it does so within seconds: what
        it has taken at its start, a lock for instance, its next process would not get."""
        if not (self._is_open and _is_application(self._workload) and self._workload.is_async):
            return
        import asyncio

        ending = self._workload.close()
        if ending is not None:
            self._finish(asyncio.wait_for(ending, GIVE_UP_SECONDS))

    def release(self) -> None:
        """Let go of what the workload worked on: after the last reply this process may be ended at any time."""
        if self._is_open:
            self._is_open = False
            self._workload.end()

    def end(self) -> None:
        """Let go of the event loop, if there is one."""
        if self._task is not None:
            self._task.end()
        if self._loop is not None:
            self._loop.close()

    def _finish_tidily(self, result: Optional[Coroutine[Any, Any, None]]) -> None:
        """Wait as ``_finish`` does, then drop cancelled timers, as before each look at memory."""
        self._finish(result)
        self._drop_cancelled_timers()

    def _drop_cancelled_timers(self) -> None:
        if self._loop is not None or self._loop_of_test is not None:
            from .settling import timers

            self._finish(timers.drop_cancelled())

    @overload
    def _finish(self, result: None) -> None: ...

    @overload
    def _finish(self, result: Coroutine[Any, Any, T]) -> T: ...

    def _finish(self, result: Optional[Coroutine[Any, Any, T]]) -> Optional[T]:
        """Wait for what an asynchronous workload returned.

        Not by ``run_until_complete``: anyio would take this task for the program and end its threads with it.
        """
        if result is None:
            return None
        if self._loop_of_test is not None:  # which runs in another thread
            import asyncio

            return asyncio.run_coroutine_threadsafe(result, self._loop_of_test).result()
        if self._task is not None:
            return self._task.finish(result)
        loop = self._loop
        if loop is None:
            return None
        task = loop.create_task(result)
        task.add_done_callback(lambda _: loop.stop())
        loop.run_forever()
        return task.result()


def _as_application(workload: Workload) -> Application:
    """A workload that answers requests of a person's choice; TypeError if it does not."""
    if _is_application(workload):
        return workload
    raise TypeError("%s answers no requests" % type(workload).__name__)


def _is_application(workload: Workload) -> TypeGuard[Application]:
    return hasattr(workload, "attempt")


def _watch_shared_memory(directory: str) -> None:
    """Write down from here on which the stack makes; where that cannot be done, the first look tells why."""
    try:
        from .probes import shared_memory
    except (ImportError, OSError):
        return
    shared_memory.begin(directory)
