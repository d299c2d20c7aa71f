"""What pytest's fixtures keep of those that depended on them, by stand-ins for its records."""

import functools
from types import SimpleNamespace

from find_mem_leaks.measured import finalizers


class Fixture:
    def __init__(self, *, is_set_up):
        self.cached_result = (1, None, None) if is_set_up else None
        self._finalizers = []

    def finish(self, request):
        raise AssertionError(request)


def session(*nodes):
    return SimpleNamespace(
        _setupstate=SimpleNamespace(stack={number: (node, None) for number, node in enumerate(nodes)})
    )


def word_of(fixture):
    return functools.partial(fixture.finish, request=object())


def test_word_of_what_is_torn_down_goes_and_of_what_is_set_up_stays_once():
    wide, gone, alive = (Fixture(is_set_up=True), Fixture(is_set_up=False), Fixture(is_set_up=True))
    first = word_of(alive)
    wide._finalizers[:] = [word_of(gone), first, word_of(gone), word_of(alive)]
    finalizers.prune([wide], session())
    assert wide._finalizers == [first]


def test_what_tests_leave_to_be_done_stays():
    def close():
        pass

    node = [close, word_of(Fixture(is_set_up=False)), close, functools.partial(print, "closed")]
    kept = [node[0], node[2], node[3]]
    finalizers.prune([], session(node))
    assert node == kept


def test_word_left_with_a_module_as_older_releases_leave_it_goes_too():
    class FixtureRequest:
        def _schedule_finalizers(self, fixturedef, subrequest):
            return lambda: fixturedef.finish(request=subrequest)

    FixtureRequest._schedule_finalizers.__qualname__ = "FixtureRequest._schedule_finalizers"
    made = FixtureRequest()._schedule_finalizers(Fixture(is_set_up=False), object())
    made.__qualname__ = "FixtureRequest._schedule_finalizers.<locals>.<lambda>"
    node = [print, made]
    finalizers.prune([], session(node))
    assert node == [print]


def test_the_fixtures_of_a_call_are_asked_of_its_request():
    one = object()
    assert finalizers.fixtures(SimpleNamespace(_request=SimpleNamespace(_fixture_defs={"a": one}))) == [one]
    older = SimpleNamespace(_request=None, fixture_request=SimpleNamespace(_fixture_defs={"a": one}))
    assert finalizers.fixtures(older) == [one]
    assert finalizers.fixtures(SimpleNamespace()) == []
