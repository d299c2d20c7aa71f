"""What a measured process answers: the keys of the reply to each request, by the request's name. Memory is in bytes.

The judging side finds here what a reply must hold (``LEAST``). In the measured process only the type checker reads it.
"""

from __future__ import annotations

from typing import Any, Dict, List, Optional, Sequence, Tuple, TypedDict, Union

# Frames of a stack, the innermost first: function, file, line.
Stack = Sequence[Tuple[str, str, int]]


# A setting of a person's own file.
Plain = Union[bool, int, float, str]


class Describe(TypedDict):
    python: str
    implementation: str
    executable: str
    packages: Dict[str, Optional[str]]
    missing: List[str]


class Outline(TypedDict):
    """problem: why it cannot be measured, one line, empty if it can."""

    problem: str


class OutlineFile(Outline):
    operations: Dict[str, str]
    values: List[str]
    settings: Dict[str, Plain]
    applications: List[str]


class OutlineApplication(Outline):
    kind: str
    missing: List[str]
    schema: Optional[Dict[str, Any]]
    websockets: List[str]
    unserved: List[str]


class Test(TypedDict):
    nodeid: str
    path: str
    summary: str
    skipped: str


class _OutlineTests(Outline):
    tests: List[Test]


class OutlineTests(_OutlineTests, total=False):
    """With a problem there is no more than that."""

    rootdir: str
    configuration: str
    switched_off: List[str]


class Open(Describe):
    allocator: str


class Try(TypedDict):
    status: int
    text: str
    made: str
    size: int
    ends: bool
    location: str


class Prepare(TypedDict):
    counts: Dict[str, int]
    rss: int


class Look(TypedDict):
    """A look at memory."""

    clock: float
    live_bytes: int
    blocks: int
    elsewhere: int
    rss: int
    private: int
    taken: int
    counts: Dict[str, int]
    unread: Dict[str, str]


class Stretch(Look):
    """The look after a stretch."""

    seconds: float
    calls: int
    never_ends: int


class Resident(TypedDict):
    """What is read when a round is over, before all is collected and after."""

    rss: int
    anonymous: int
    peak: int


class RoundEnd(Resident):
    exact: Look


class Finish(Resident):
    exact: Stretch


class Process(TypedDict):
    """A process below the measured one."""

    pid: int
    name: str
    grown: int
    private: Optional[int]
    pss: Optional[int]


class Family(TypedDict):
    family: Sequence[Process]


class Quick(TypedDict):
    """What is read between stretches that nobody touches."""

    rss: int
    live_bytes: int
    collections: List[int]


class Leave(Quick):
    seconds: float
    cpu: float


class Figures(TypedDict):
    """Each kind of memory as it stands."""

    rss: int
    peak: int
    anonymous: int
    shared: int
    elsewhere: int
    blocks: int
    arenas: int
    handed_out: int
    taken: int
    kept: int
    blind: bool
    children: int
    left: int


class Settings(TypedDict):
    """How a process has set its collector and its allocators."""

    enabled: bool
    collections: List[int]
    thresholds: List[int]
    counts: List[int]
    frozen: int
    environment: Dict[str, str]


class Objects(TypedDict):
    """Bytes of objects in the C heap and of garbage, and how many objects are garbage."""

    large: Optional[int]
    waiting: Sequence[int]
    unreachable: Optional[int]


class Hidden(TypedDict):
    """Bytes that only a copy of the process can tell."""

    untouched: int
    free_lists: int


class Account(Figures, Settings, Objects, Hidden):
    """What memory is made of, and how many objects each generation of the collector has."""

    generations: List[int]


class AccountAtEnd(Account):
    garbage: List[int]
    collected: List[int]
    settled: Figures
    trimmed: Optional[int]


class KeepGarbage(TypedDict):
    was_enabled: bool


class Restore(TypedDict):
    thresholds: List[int]


class Weigh(TypedDict):
    rss: int
    peak: int
    loaded: bool


class Cap(TypedDict):
    """A container with a known bound; ``id`` tells it from others."""

    id: int
    name: str
    size: int
    cap: int


class Caps(TypedDict):
    caps: List[Cap]


class Place(TypedDict):
    """A line, and how many things are there."""

    name: str
    file: str
    line: int
    number: int


class Timers(TypedDict):
    bytes: int
    operations: int
    seconds: float
    timers: List[Place]


class Unended(TypedDict):
    tasks: List[Place]


class Answers(TypedDict):
    answers: Dict[str, int]


class Growing(TypedDict):
    """How often and by how much a stack of frames grew: after the first window, and after the second."""

    stack: Stack
    counts: List[int]


class Attribute(TypedDict):
    growing: List[Growing]
    window: int


class _Held(TypedDict):
    type: str
    count: int
    bytes: int
    table: float
    size: int
    operations: int
    places: List[List[Tuple[str, int]]]
    holder: Optional[str]


class Held(_Held, total=False):
    """Something that grows, and what holds it."""

    put: List[Growing]
    put_operations: int


class Survey(TypedDict):
    held: List[Held]
    operations: int
    otherwise: Optional[str]


class Close(TypedDict):
    closed: bool


class Raised(TypedDict):
    type: str
    errno: str
    message: str


class Ceiling(TypedDict):
    name: str
    most: int
    before: int
    used: int


class Error(TypedDict):
    """What is told of an operation that failed, in place of a reply."""

    type: str
    skip: bool
    message: str
    operation: int
    place: str
    raised: List[Raised]
    ceilings: List[Ceiling]
    traceback: str


class Sent(TypedDict, total=False):
    """What the process that sends a served workload its requests answers; error: what went wrong, if anything did."""

    error: str
    completed: int
    login: bool
    rows: int
    answers: Dict[str, int]


_OF_REQUESTS = {
    "outline": Outline,
    "try": Try,
    "open": Open,
    "prepare": Prepare,
    "stretch": Stretch,
    "finish": Finish,
    "leave": Leave,
    "account": Account,
    "keep_garbage": KeepGarbage,
    "restore": Restore,
    "weigh": Weigh,
    "caps": Caps,
    "family": Family,
    "timers": Timers,
    "unended": Unended,
    "answers": Answers,
    "attribute": Attribute,
    "lines": Attribute,
    "survey": Survey,
    "close": Close,
}
# What a reply must hold, by the names of requests.
LEAST = {name: frozenset(of.__annotations__) for name, of in _OF_REQUESTS.items()}
