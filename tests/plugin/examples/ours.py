import pytest
from leaking import do_some_stuff, open_without_close, some_function, start_without_join


def test_fun(leaks):
    leaks(some_function)


def test_fun_with_a_limit(leaks):
    leaks(some_function, limit=2)


@pytest.mark.leaks(limit=2)
class TestOfClass:
    def test_fun(self):
        some_function()


@pytest.mark.parametrize("call", [(some_function, 10), (open_without_close,), (start_without_join,)])
def test_generated(leaks, call):
    leaks(*call)


@pytest.mark.leaks
def test_foobar():
    do_some_stuff()
