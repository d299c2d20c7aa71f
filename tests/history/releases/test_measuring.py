"""A release that does not install is told from an index that does not answer."""

import pytest

from courses import course
from fake_index import Index, serving
from find_mem_leaks.errors import UsageError
from find_mem_leaks.history.releases import measuring
from find_mem_leaks.history.releases.outcomes import Outcome
from find_mem_leaks.history.releases.package_index import IndexUnreachableError

SAID = "the environment could not be built: error: × No solution found: ╰─▶ cause: Because thing==1.0 needs Python 2"


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
