"""What a measured process is asked: the requests by the names that they have in ``do``, and their other keys.

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
``keep_garbage``  switch the collector off (``changing``)
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

In the measured process only the type checker reads this file.
"""

from __future__ import annotations

from typing import Any, Dict, List, Literal, Optional, Sequence, Tuple, TypedDict

# A request to an application, as the process that sends it takes it: method, path, body, headers, and, where it has
# them, the request that takes away what it makes and the one that makes what it needs (``subjects.requests``).
Route = List[Any]


class Request(TypedDict):
    """One that says no more than its name."""


class Describe(TypedDict):
    modules: Sequence[str]


class _Where(TypedDict):
    module: str
    attribute: str
    folder: str
    is_factory: bool


class Where(_Where, total=False):
    """An application, and how it is to be served."""

    server: str
    workers: int
    routes: Sequence[Route]
    shares: Sequence[float]
    logins: Sequence[Route]
    roles: Dict[str, Route]


class _Test(TypedDict):
    nodeid: str
    path: str
    arguments: List[str]


class Test(_Test, total=False):
    """A test of pytest's, or with ``operation`` the one of that number which it hands over."""

    operation: int


class Targets(TypedDict):
    """What pytest is to collect."""

    targets: List[str]
    arguments: List[str]


class OutlineFile(TypedDict):
    file: str


class OutlineApplication(TypedDict):
    application: Where


class OutlineTests(TypedDict):
    tests: Targets
    directory: str


class Outline(OutlineFile, OutlineApplication, OutlineTests):
    """Any of them: a request has the keys of one."""


class _Open(TypedDict):
    directory: str
    concurrency: int
    seed: int
    capacity: int


class Open(_Open, total=False):
    stack: str
    file: Optional[str]
    application: Optional[Where]
    test: Optional[Test]
    database: Optional[str]
    scenario: str
    mix: Optional[Sequence[float]]
    probes: Sequence[str]
    hands_off: bool


class _Setting(TypedDict):
    port: int
    concurrency: int
    seed: int
    capacity: int


class Setting(_Setting, total=False):
    """What the process that sends the requests is told first (``client``)."""

    behaviour: str
    requests: Dict[str, Tuple[str, str, Optional[str], int]]
    kinds: List[str]
    mix: Sequence[float]
    paths: Dict[str, str]
    routes: List[Route]
    shares: Sequence[float]
    roles: Dict[str, Route]
    patience: float
    workers: int


class Try(TypedDict):
    route: Route
    names: Sequence[str]


class Stretch(TypedDict):
    operations: int


class Prepare(Stretch):
    round: int


class Leave(Stretch, total=False):
    between: str
    every: int


class Account(TypedDict):
    when: Literal["begin", "end"]


class Weigh(TypedDict):
    library: str


class Family(TypedDict):
    most: int


class Attribute(TypedDict):
    warm_up: int
    window: int
    within: float
    capture: str
    native: bool
    library: Optional[str]


class _Lines(TypedDict):
    warm_up: int
    most: int
    within: float
    counter: str
    rate: float


class Lines(_Lines, total=False):
    """own: a file that is the workload's own wherever it lies."""

    own: str


class Survey(TypedDict):
    round: int
    first: int
    least: int
    most: int
    within: float
    rate: float
    bytes: float
    lines: Sequence[Tuple[str, int]]
