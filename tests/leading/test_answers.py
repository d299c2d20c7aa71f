"""What an application has answered is asked for, and of nothing else."""

import asyncio
from dataclasses import replace

import pytest

from find_mem_leaks.leading import answers
from find_mem_leaks.leading.recorder import Recorder
from led import order


def noted(application):
    async def ask(_seconds, **request):
        assert request == {"do": "answers"}
        return {"answers": {"404": 2, "200": 98}}

    recorder = Recorder(lambda _: None)
    asyncio.run(answers.note(ask, replace(order(), application=application), recorder))
    return recorder.series.answers


def test_they_are_counted_by_their_statuses():
    assert list(noted({"routes": []}).items()) == [("200", 98), ("404", 2)]


@pytest.mark.parametrize("application", [None, {"roles": {"plain": []}}])
def test_of_others_nobody_is_asked(application):
    assert noted(application) == {}
