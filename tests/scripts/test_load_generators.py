"""The comparison with load tools: what they print is read, and the table says what both ends take."""

import re

import load_generators
import pytest
from load_generators import Outcome, Rate


@pytest.mark.parametrize(
    ("tool", "output"),
    [
        ("wrk", "  4 requests in 1.00s, 1KB read\nRequests/sec:   1234.50\nTransfer/sec: 1KB\n"),
        ("ab", "Failed requests:        0\nRequests per second:    1234.50 [#/sec] (mean)\n"),
        ("locust", "Aggregated     9  0(0.00%) |   0   0   2   1 | 1234.50   0.00\n\nAggregated   1   2   3   9\n"),
        ("hey", "  Average:\t0.0001 secs\n  Requests/sec:\t1234.50\n"),
    ],
)
def test_the_rate_of_a_tool_is_its_own_word(tool, output):
    found = re.search(load_generators.TOOLS[tool].pattern, output, re.MULTILINE)
    assert found is not None
    assert float(found[1]) == 1234.5


def test_the_table_has_the_rates_and_what_both_ends_take():
    rates = {"find-mem-leaks": Rate(2000.4, 50e-6), "wrk": Rate(3000.0, 10e-6)}
    text = load_generators.table({"Flask, waitress": Outcome(rates, 300e-6)}, "nox -s load_generators")
    lines = text.splitlines()
    assert lines[2:] == [
        "| application | find-mem-leaks | wrk | server |",
        "| --- | ---: | ---: | ---: |",
        "| Flask, waitress | 2,000 (50) | 3,000 (10) | 300 |",
    ]
    assert "nox -s load_generators" in lines[0]


def test_every_application_names_a_server_that_is_known():
    assert {name.rsplit(maxsplit=1)[1] for name in load_generators.APPLICATIONS} == set(load_generators.SERVE)


def test_what_does_not_start_is_told(tmp_path):
    with pytest.raises(SystemExit, match="did not start"), load_generators.served("/bin/false", "Flask, waitress"):
        raise AssertionError
