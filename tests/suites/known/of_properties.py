"""Properties of known truth."""

import pytest

hypothesis = pytest.importorskip("hypothesis")
from hypothesis import strategies

found = []


@hypothesis.settings(max_examples=5)
@hypothesis.given(strategies.integers())
def test_leak_property(number):
    found.append([number])  # leaks: an example


@hypothesis.settings(max_examples=5)
@hypothesis.given(strategies.lists(strategies.integers(), max_size=3))
def test_property(numbers):
    assert sorted(sorted(numbers)) == sorted(numbers)
