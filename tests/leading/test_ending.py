"""What is noted when rounds are over: answers of an application and tasks that never end, and of nothing else."""

import asyncio
from dataclasses import replace

import pytest

from find_mem_leaks.judging.series import Unended
from find_mem_leaks.leading import ending
from find_mem_leaks.leading.recorder import Recorder
from led import order

TASK = {"name": "forever", "file": "/srv/shop/main.py", "line": 7, "number": 200}


def answered(application):
    async def ask(_seconds, **request):
        assert request == {"do": "answers"}
        return {"answers": {"404": 2, "200": 98}}

    recorder = Recorder(lambda _: None)
    asyncio.run(ending.answers(ask, replace(order(), application=application), recorder))
    return recorder.series.answers


def test_answers_are_counted_by_their_statuses():
    assert list(answered({"routes": []}).items()) == [("200", 98), ("404", 2)]


@pytest.mark.parametrize("application", [None, {"roles": {"plain": []}}])
def test_others_are_not_asked_for_answers(application):
    assert answered(application) == {}


def unended(never_ends):
    requests = []

    async def ask(_seconds, **request):
        requests.append(request["do"])
        return {"tasks": [TASK]}

    recorder = Recorder(lambda _: None)
    recorder.never_ends = never_ends
    asyncio.run(ending.unended(ask, order(), recorder))
    return requests, recorder.series.unended


def test_tasks_that_never_end_are_noted_with_their_lines():
    assert unended(200) == (["unended"], (Unended("forever", "/srv/shop/main.py", 7, 200),))


def test_where_everything_ends_nobody_is_asked():
    assert unended(0) == ([], ())
