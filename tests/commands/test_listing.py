"""Which releases a call of ``releases`` asks for."""

import argparse

import pytest
from packaging.version import Version

from find_mem_leaks.commands import listing
from find_mem_leaks.errors import UsageError
from find_mem_leaks.history.releases.listing import Release, write
from find_mem_leaks.history.releases.package_index import IndexUnreachableError
from find_mem_leaks.reports.progress import NORMAL, QUIET


def release(version, *, yanked=False):
    return Release(version, "2024-01-01T00:00:00+00:00", yanked)


LINE = [release("1.0"), release("1.1", yanked=True), release("1.2"), release("2.0rc1"), release("2.0")]


def chosen(everything=LINE, **changes):
    asked = {
        "since": None,
        "until": None,
        "pre": False,
        "yanked": None,
        "bisect": False,
        "every": 1,
        "verbosity": NORMAL,
    }
    found = listing.chosen(argparse.Namespace(**{**asked, **changes}), everything, "thing")
    return [one.version for one in found]


def test_withdrawn_releases_are_asked_for_unless_they_would_stand_at_an_end():
    assert chosen() == ["1.0", "1.1", "1.2", "2.0"]
    assert chosen(bisect=True) == ["1.0", "1.2", "2.0"]
    assert chosen(bisect=True, yanked=True) == ["1.0", "1.1", "1.2", "2.0"]
    assert chosen(yanked=False) == ["1.0", "1.2", "2.0"]


def test_pre_releases_are_asked_for_by_an_option():
    assert "2.0rc1" in chosen(pre=True)


def test_a_release_that_is_named_at_an_end_is_asked_for_whatever_it_is():
    assert chosen(since=Version("1.1"), yanked=False) == ["1.1", "1.2", "2.0"]
    assert chosen(until=Version("2.0rc1")) == ["1.0", "1.1", "1.2", "2.0rc1"]


def test_each_nth_is_taken_and_the_last():
    assert chosen(every=2) == ["1.0", "1.2", "2.0"]
    assert chosen(every=3) == ["1.0", "2.0"]
    assert chosen(every=99) == ["1.0", "2.0"]


def test_what_is_left_out_is_named_with_the_option_that_takes_it_in(capsys):
    chosen(yanked=False)
    err = capsys.readouterr().err
    assert err.count("\n") == 1
    assert "withdrawn 1.1 left out, --yanked takes it in" in err
    assert "pre-release 2.0rc1 left out, --pre takes it in" in err


def test_a_withdrawn_pre_release_is_taken_in_as_a_pre_release(capsys):
    chosen([release("1.0"), release("2.0b1", yanked=True)])
    assert "pre-release 2.0b1 left out, --pre takes it in" in capsys.readouterr().err


def test_of_many_that_are_left_out_the_first_and_the_last_are_named(capsys):
    chosen([release("1.0"), *(release(f"2.0rc{number}") for number in range(1, 8))])
    assert "2.0rc1, 2.0rc2, 2.0rc3, …, 2.0rc7 left out, --pre takes them in" in capsys.readouterr().err


def test_a_quiet_call_does_not_say_what_is_left_out(capsys):
    chosen(verbosity=QUIET)
    chosen(pre=True, yanked=True)
    assert capsys.readouterr().err == ""


@pytest.mark.parametrize(
    ("everything", "since", "reason"),
    [
        (LINE, "3.0", "from 3.0 to the last: it has 1.0 to 2.0"),
        ([], None, "from the first to the last: it has none"),
        ([release("1.0rc1")], None, "pre-release 1.0rc1 left out"),
    ],
)
def test_a_line_without_releases_is_refused_and_says_what_there_is(everything, since, reason):
    with pytest.raises(UsageError, match=reason):
        chosen(everything, since=since and Version(since))


def test_a_folder_of_other_things_is_refused_and_one_of_releases_taken(tmp_path):
    listing.check_folder(tmp_path / "new")
    (tmp_path / "new" / "notes.txt").touch()
    with pytest.raises(UsageError, match="name another folder by -o"):
        listing.check_folder(tmp_path / "new")
    write(tmp_path / "new" / listing.KEPT, LINE)
    listing.check_folder(tmp_path / "new")


@pytest.fixture
def unreachable(monkeypatch):
    def fetch(package, index):
        raise IndexUnreachableError("the index cannot be reached")

    monkeypatch.setattr(listing.listing, "fetch", fetch)


def test_what_the_index_lists_is_found(monkeypatch, tmp_path):
    monkeypatch.setattr(listing.listing, "fetch", lambda package, index: LINE)
    assert listing.find("thing", "index", tmp_path) == (LINE, True)


def test_where_the_index_does_not_answer_what_was_kept_stands_in_for_it(unreachable, tmp_path, capsys):
    write(tmp_path / listing.KEPT, LINE)
    assert listing.find("thing", "index", tmp_path) == (LINE, False)
    assert capsys.readouterr().err.count("\n") == 1


def test_where_nothing_answers_and_nothing_is_kept_it_says_what_to_do(unreachable, tmp_path):
    with pytest.raises(UsageError, match="connect, or set UV_DEFAULT_INDEX"):
        listing.find("thing", "index", tmp_path)
