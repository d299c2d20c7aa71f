"""What is asked of the processes below the measured one, and when."""

import asyncio

from find_mem_leaks.judging.series import Child
from find_mem_leaks.leading import family
from find_mem_leaks.leading.recorder import Recorder
from led import order
from series_of import series


def noted(measured, found, before):
    requests = []

    async def ask(_seconds, **request):
        requests.append(request)
        return {"family": found}

    recorder = Recorder(lambda _: None)
    recorder.series = measured
    asyncio.run(family.note(ask, order(), recorder, before))
    return requests, recorder.series.children


def told(pid, grown):
    return {"pid": pid, "name": "python", "grown": grown, "private": 5, "pss": 7}


def test_the_process_that_grew_most_is_the_first():
    measured = series(lambda n: 0, processes=lambda n: 2, rounds=4)
    requests, children = noted(measured, [told(3, 500), told(4, 900)], {3: 100, 4: 850})
    assert requests == [{"do": "family", "most": family.MOST}]
    assert children == (Child(3, "python", 100, 500, 5, 7), Child(4, "python", 850, 900, 5, 7))


def test_a_process_that_came_later_grew_by_all_it_has_grown():
    _, [child] = noted(series(lambda n: 0, processes=lambda n: 1, rounds=4), [told(3, 500)], {})
    assert child.growth == 500


def test_a_process_without_children_is_not_asked():
    assert noted(series(lambda n: 0, rounds=4), [told(3, 1)], {}) == ([], ())
    assert noted(series(lambda n: 0, rounds=4).__class__(()), [told(3, 1)], {}) == ([], ())


def test_what_they_had_grown_by_is_known_of_many():
    requests = []

    async def ask(_seconds, **request):
        requests.append(request)
        return {"family": [told(3, 500), told(4, 900)]}

    recorder = Recorder(lambda _: None)
    recorder.series = series(lambda n: 0, processes=lambda n: 2, rounds=4)
    assert asyncio.run(family.grown(ask, order(), recorder)) == {3: 500, 4: 900}
    assert requests == [{"do": "family", "most": family.MOST_BEFORE}]
