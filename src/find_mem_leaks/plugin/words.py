"""What pytest and the process beside it say to each other: one of these a line, as JSON."""

from __future__ import annotations

from typing import Literal, TypedDict, final


class Settings(TypedDict):
    """The first line: what is the same for all tests of a run.

    report, known: files, None where none is asked for. update: the file of known leaks is to be written anew.
    """

    rootdir: str
    configuration: str
    arguments: list[str]
    jobs: int
    report: str | None
    known: str | None
    update: bool


class Call(TypedDict):
    """What is to be judged: a test (``number`` 0), or the operation of that number which it hands over, by its name.

    limit: bytes per call that it may grow by. seconds: that judging may take.
    """

    key: str
    nodeid: str
    path: str
    number: int
    name: str
    limit: float | None
    seconds: float | None


class Judge(Call):
    do: Literal["judge"]


class Finish(TypedDict):
    """documents: all results, each as a results file has it. is_whole: the run was not interrupted."""

    do: Literal["finish"]
    documents: list[str]
    is_whole: bool


@final
class Answer(TypedDict):
    """What came of a call.

    message: all that is to be said of it. fails: the test is to fail for it. document: the result, as a results file
    has it. seconds: that it took.
    """

    key: str
    verdict: str
    message: str
    fails: bool
    document: str
    seconds: float


@final
class Lines(TypedDict):
    """The answer to ``Finish``: what the run came to."""

    lines: list[str]


@final
class Problem(TypedDict):
    """What keeps an answer from being known."""

    problem: str
