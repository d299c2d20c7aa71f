"""What is asked of timers, and when."""

import asyncio
from dataclasses import replace

from find_mem_leaks.judging.series import Held
from find_mem_leaks.leading import held
from find_mem_leaks.leading.recorder import Recorder
from find_mem_leaks.subjects.scenarios import Scenario
from led import order
from series_of import series

TIMER = {"name": "Protocol.end", "file": "/lib/server/protocol.py", "line": 7, "number": 200}
CLIENT = Scenario("reset_idle", None, 100, is_client=True)


def noted(scenario, timers):
    requests = []

    async def ask(_seconds, **request):
        requests.append(request)
        return {"timers": timers, "bytes": 500_000, "operations": 200, "seconds": 4.98}

    recorder = Recorder(lambda _: None)
    recorder.series = series(lambda n: 0, rounds=4)
    asyncio.run(held.note(ask, replace(order(), scenario=scenario), recorder))
    return requests, recorder.series.held


def test_the_most_frequent_timer_stands_for_what_all_hold_of_an_operation():
    requests, found = noted(CLIENT, [TIMER, {**TIMER, "name": "other", "number": 2}])
    assert [request["do"] for request in requests] == ["prepare", "timers"]
    assert requests[0]["operations"] == held.TIMES * requests[1]["operations"]
    assert found == (Held("Protocol.end", "/lib/server/protocol.py", 7, 2500.0, 4.98),)


def test_where_no_timer_is_left_but_the_servers_own_nothing_is_held():
    assert noted(CLIENT, [])[1] == ()
    assert noted(CLIENT, [{**TIMER, "number": 2}])[1] == ()


def test_only_clients_that_misbehave_are_asked_for():
    assert noted(replace(CLIENT, is_client=False), [TIMER]) == ([], ())
