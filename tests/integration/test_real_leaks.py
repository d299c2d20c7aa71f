"""Real leaks of releases on PyPI, each beside the release that fixed it."""

from pathlib import Path

import pytest

from find_mem_leaks import commands, errors, results
from find_mem_leaks.judging.verdict import Verdict
from find_mem_leaks.subjects import environments

PAIRS = Path(__file__).parents[1] / "pairs"


def judge(tmp_path, name, release, python, database, *others):
    path = tmp_path / f"{release}.json"
    packages = [word for package in (release, *others) for word in ("--with", package)]
    where = ["--python", python] if python else []
    where += ["--database", database] if database else []
    file = str(PAIRS / f"{name}.py")
    commands.call(
        [
            "run",
            file,
            *where,
            *packages,
            "--quick",
            "--no-explain",
            "--time-cap",
            "120",
            "-q",
            "--no-table",
            "-o",
            str(path),
        ]
    )
    [cell] = results.read(path)
    return path, cell


@pytest.mark.parametrize(
    ("name", "leaky", "fixed", "python", "database", "others", "rate"),
    [
        ("row_that_refers_back", "sqlalchemy==1.4.19", "sqlalchemy==1.4.20", "3.9", None, ["greenlet"], 2_496),
        ("method_that_is_refused", "aiohttp==3.10.10", "aiohttp==3.10.11", None, None, [], 7_883),
        ("cached_property_read_twice", "propcache==0.4.0", "propcache==0.4.1", None, None, [], 96),
        (
            "drivers/psycopg_notifications_handled",
            "psycopg==3.2.9",
            "psycopg==3.2.10",
            None,
            "postgresql",
            ["psycopg[binary]"],
            248,
        ),
    ],
)
def test_the_leaky_release_leaks_by_its_true_size_and_the_fixed_one_is_clean(
    tmp_path, name, leaky, fixed, python, database, others, rate
):
    if python:
        try:
            environments.find_python(python)
        except errors.UsageError:
            pytest.xfail(f"Python {python} is not installed on this machine")
    before, leak = judge(tmp_path, name, leaky, python, database, *others)
    after, clean = judge(tmp_path, name, fixed, python, database, *others)
    assert leak.verdict is Verdict.LEAKING
    assert leak.bytes_per_operation == pytest.approx(rate, rel=0.05)
    assert clean.verdict in {Verdict.CLEAN, Verdict.BOUNDED}
    assert commands.call(["compare", str(before), str(after)]) == errors.CLEAN
    assert commands.call(["compare", str(after), str(before)]) == errors.LEAK
