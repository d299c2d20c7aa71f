"""The list of leaks of drivers that a release has mended: what is called for each, and the table of what came of it."""

import json
import subprocess
import sys
from dataclasses import replace

import driver_releases as driver
import pytest

from cells import cell
from find_mem_leaks import commands
from find_mem_leaks.culprit import Culprit, Frame
from find_mem_leaks.judging.verdict import Verdict

LEAK = driver.Leak("a_lost_name", "thing", "1.0", "1.4", "1.2", "1.3", "Fix leak (#1)", "3.9", 100, ["it<2"], "mysql")
LINE = {
    "turns": [
        {"what": "leaks", "before": "1.0", "release": "1.1"},
        {"what": "fixed", "before": "1.2", "release": "1.3"},
    ]
}
CULPRIT = Culprit(
    (Frame("name", "/x/site-packages/thing/names.py", 7),), 1.0, 16.0, "str", "list `names` of module `thing`"
)
CELL = cell(verdict=Verdict.LEAKING, bytes_per_operation=1600.4, interval=(1590.0, 1610.0), culprits=(CULPRIT,))
OUTCOME = driver.Outcome(
    LEAK, LINE, CELL, {"blocks": 1.0, "bytes": 1600.0, "objects": 0.0}, {"blocks": -0.01, "bytes": -0.2, "objects": 0.0}
)


def test_every_workload_is_listed_and_each_has_a_release_that_mended_it():
    known = driver.read()
    assert {path.stem for path in (driver.HERE.parent / driver.FILES).glob("*.py")} == set(known)
    assert len(known) >= 8
    for each in known.values():
        file = (driver.HERE.parent / driver.FILES / f"{each.name}.py").read_text(encoding="utf-8")
        assert each.fixed in file.replace("\n", " ")
        assert ("DATABASE_URL" in file) is bool(each.database)


def test_the_calls_are_such_as_the_tool_takes():
    for each in driver.read().values():
        assert commands.parser().parse_args(each.releases).bisect
        assert commands.parser().parse_args(each.run).requirements[-1] == f"{each.package}=={each.leaks}"


def test_a_row_has_the_releases_the_entry_the_counts_and_the_line():
    assert driver.row(OUTCOME) == (
        "| [a lost name](../tests/pairs/drivers/a_lost_name.py) | thing 1.1 to 1.2 | 1.3 | Fix leak (#1) | "
        "1,600 (1,590 to 1,610) | 1.0 blocks, 1,600 bytes of malloc, 0.0 objects | "
        "0.0 blocks, 0 bytes of malloc, 0.0 objects | `thing/names.py:7` | list `names` of module `thing` |"
    )


def test_a_leak_that_the_first_release_has_may_be_older():
    assert driver.span(replace(OUTCOME, line={"turns": LINE["turns"][1:]})) == "1.0 or before to 1.2"


def test_another_release_than_the_changelog_has_is_told():
    other = replace(OUTCOME, line={"turns": [{"what": "fixed", "before": "1.1", "release": "1.2"}]})
    assert not other.is_as_told
    assert "**not found**" in driver.row(other)
    assert OUTCOME.is_as_told


def test_what_was_not_decided_is_told_without_a_line():
    undecided = replace(OUTCOME, cell=replace(CELL, verdict=Verdict.INCONCLUSIVE, culprits=()))
    assert " | inconclusive | " in driver.row(undecided)
    assert driver.row(undecided).endswith(" | – | – |")


@pytest.mark.parametrize("operation", ["def operation", "async def operation"])
def test_a_plain_loop_counts_what_stays_of_each_operation(tmp_path, operation):
    file = tmp_path / "work.py"
    file.write_text(f"kept = []\n\n\n{operation}(i):\n    kept.append([bytes(2_000)])\n")
    counter = str(driver.HERE / "plain_growth.py")
    made = subprocess.run([sys.executable, counter, str(file), "500"], check=True, stdout=subprocess.PIPE)
    counted = json.loads(made.stdout)
    assert counted["blocks"] == pytest.approx(3, abs=0.2)  # the list, its items, the bytes
    assert counted["bytes"] == pytest.approx(2_048, rel=0.05)
    assert counted["objects"] == pytest.approx(1, abs=0.05)
