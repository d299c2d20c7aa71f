"""Tasks that never end are asked for where there are any."""

import asyncio

from find_mem_leaks.judging.series import Unended
from find_mem_leaks.leading import unended
from find_mem_leaks.leading.recorder import Recorder
from led import order

TASK = {"name": "forever", "file": "/srv/shop/main.py", "line": 7, "number": 200}


def noted(never_ends):
    requests = []

    async def ask(_seconds, **request):
        requests.append(request["do"])
        return {"tasks": [TASK]}

    recorder = Recorder(lambda _: None)
    recorder.never_ends = never_ends
    asyncio.run(unended.note(ask, order(), recorder))
    return requests, recorder.series.unended


def test_they_are_noted_with_their_lines():
    assert noted(200) == (["unended"], (Unended("forever", "/srv/shop/main.py", 7, 200),))


def test_where_everything_ends_nobody_is_asked():
    assert noted(0) == ([], ())
