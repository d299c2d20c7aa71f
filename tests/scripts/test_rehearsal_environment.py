"""What reaches a job of this machine, and what its scripts tell by files."""

import pytest
from rehearsal.environment import FormatError, Place, inherited, parse


def test_the_pairs_of_a_file_are_read_line_by_line():
    assert parse("one=1\n\ntwo=a=b\nempty=\n") == {"one": "1", "two": "a=b", "empty": ""}


def test_a_value_of_several_lines_ends_at_its_mark():
    assert parse("text<<END\nfirst\n\nx=END \nEND\nafter=1\n") == {"text": "first\n\nx=END ", "after": "1"}


def test_a_later_value_takes_the_place_of_an_earlier_one():
    assert parse("one=1\none=2\n") == {"one": "2"}


def test_an_arrow_in_a_value_begins_no_text():
    assert parse("one=1<<2\n") == {"one": "1<<2"}


@pytest.mark.parametrize("text", ["no pair\n", "text<<END\nwithout an end\n"])
def test_a_line_that_github_would_not_take_is_an_error(text):
    with pytest.raises(FormatError):
        parse(text)


def test_only_how_to_get_packages_is_inherited_and_the_home_is_not():
    found = inherited(
        {"HOME": "/home/somebody", "PIP_CERT": "here", "SECRET": "no", "PATH": "/own/bin", "PYTHONPATH": "x"}
    )
    assert found["PIP_CERT"] == "here"
    assert found["UV_CACHE_DIR"] == "/home/somebody/.cache/uv"
    assert "/own/bin" not in found["PATH"]
    assert not {"SECRET", "HOME", "PYTHONPATH"} & set(found)
    assert found["GITHUB_ACTIONS"] == "true"


def test_a_place_is_never_used_twice(tmp_path):
    place = Place(tmp_path / "job")
    place.make()
    assert [folder.is_dir() for folder in (place.workspace, place.home, place.temporary)] == [True] * 3
    with pytest.raises(FileExistsError):
        place.make()
