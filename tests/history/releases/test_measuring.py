"""A release that does not install is told from an index that does not answer."""

import pytest

from cells import cell, failed
from fake_index import Index, serving
from find_mem_leaks.errors import UsageError
from find_mem_leaks.history.releases import measuring
from find_mem_leaks.history.releases.outcomes import Course, Outcome, Store
from find_mem_leaks.history.releases.package_index import IndexUnreachableError
from find_mem_leaks.judging.rules import Rules
from find_mem_leaks.leading.order import Order
from find_mem_leaks.subjects.scenarios import Scenario

ORDER = Order("work", Scenario("operation", None, 100), 0, Rules(), time_cap=1.0, stall=1.0)
SAID = "the environment could not be built: error: × No solution found: ╰─▶ cause: Because thing==1.0 needs Python 2"


def course(**changes):
    return Course(
        **{"package": "thing", "python": "/python", "version": "3.9.18", "requirements": (), "order": ORDER, **changes}
    )


def measured(monkeypatch, said, index, *, online=True):
    """What is kept of a release whose environment cannot be built, since uv has said so."""

    def refuse(python, wanted):
        raise UsageError(said)

    monkeypatch.setattr(measuring.environments, "throw_away", refuse)
    kept = []
    monkeypatch.setattr(measuring.runner, "run", lambda jobs, *rest: jobs == [])
    measuring.measure(course(), ["1.0"], index, kept.append, None, 1, online=online)
    return kept


def test_a_release_that_does_not_install_is_not_available_and_says_why_without_drawings(monkeypatch):
    index = Index()
    index.pages["thing"] = []
    with serving(index):
        kept = measured(monkeypatch, SAID, index.url)
    assert kept == [Outcome("1.0", None, "No solution found: Because thing==1.0 needs Python 2")]


def test_a_network_that_has_gone_is_no_property_of_a_release(monkeypatch):
    with serving(Index()) as index:
        gone = index.url
    with pytest.raises(IndexUnreachableError):
        measured(monkeypatch, SAID, gone)


@pytest.mark.parametrize("said", ["error sending request for url", "Failed to fetch: `http://x`", "dns error"])
def test_a_download_that_failed_is_no_property_of_a_release(monkeypatch, said):
    with pytest.raises(IndexUnreachableError, match="could not be downloaded"):
        measured(monkeypatch, said, "http://never.asked")


def test_without_a_network_a_release_that_is_not_in_the_cache_is_not_called_uninstallable(monkeypatch):
    with pytest.raises(IndexUnreachableError, match="is not kept, and there is no network"):
        measured(monkeypatch, SAID, "http://never.asked", online=False)


def test_a_long_reason_is_cut():
    assert len(measuring.reason("why " * 1000)) == measuring.MOST_REASON


def test_an_outcome_that_is_kept_reads_as_it_was(tmp_path):
    store = Store(tmp_path, course())
    for outcome in (Outcome("1.0", cell(), "clean"), Outcome("1.1", None, "no wheel")):
        store.keep(outcome)
        assert store.get(outcome.release) == outcome
    store.forget("1.0")
    assert store.get("1.0") is None


def test_a_damaged_outcome_is_as_good_as_none(tmp_path):
    store = Store(tmp_path, course())
    store.path("1.0").write_text("{")
    assert store.get("1.0") is None


def test_only_what_failed_is_worth_another_try():
    assert Outcome("1.0", cell(), "").is_final
    assert Outcome("1.0", None, "").is_final
    assert not Outcome("1.0", failed(), "").is_final


def test_whatever_the_figures_depend_on_makes_another_key(tmp_path):
    file = tmp_path / "work.py"
    file.write_text("one")
    of_file = Order(**{**vars(ORDER), "file": str(file)})
    others = [
        course(package="other"),
        course(version="3.9.19"),
        course(python="/other"),
        course(requirements=("greenlet",)),
        course(order=Order(**{**vars(ORDER), "time_cap": 2.0})),
        course(order=of_file),
    ]
    keys = {course().key, *(other.key for other in others)}
    file.write_text("two")
    assert len(keys | {course(order=of_file).key}) == 8


def test_asv_parts_figures_by_what_they_depend_on_but_not_by_the_interpreter():
    assert course(version="3.9.19", python="/other").content == course().content
    assert course(requirements=("greenlet",)).content != course().content
