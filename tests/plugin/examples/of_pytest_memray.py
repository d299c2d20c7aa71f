import pytest
from leaking import do_some_stuff


@pytest.mark.limit_leaks("1 MB")
def test_foobar():
    # Run the function we're testing in a loop to ensure
    # we can differentiate leaks from memory held by
    # caches inside the Python interpreter.
    for _ in range(100):
        do_some_stuff()
