import argparse
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from find_mem_leaks.commands import values
from find_mem_leaks.errors import UsageError


@pytest.mark.parametrize("text", ["0", "-1", "1.5", "", "one", "nan", "1e3", str(10**12 + 1)])
def test_a_whole_number_begins_at_one_and_has_an_end(text):
    with pytest.raises(argparse.ArgumentTypeError, match=r"whole number from 1 on"):
        values.whole(text)


@given(st.integers(1, values.MOST))
def test_every_whole_number_in_between_is_taken(number):
    assert values.whole(str(number)) == number


def test_a_seed_may_be_zero_and_a_number_of_rounds_may_not():
    assert values.natural("0") == 0
    with pytest.raises(argparse.ArgumentTypeError):
        values.natural("-1")


@pytest.mark.parametrize("text", ["0", "-1", "nan", "inf", "-inf", "1e13", "1e-7", "x", ""])
def test_a_limit_is_above_zero_and_finite(text):
    with pytest.raises(argparse.ArgumentTypeError):
        values.positive(text)


@pytest.mark.parametrize(("text", "value"), [("1e-6", 1e-6), ("0.5", 0.5), ("1e12", 1e12), (" 3 ", 3.0)])
def test_a_limit_may_be_written_in_any_way_that_python_reads(text, value):
    assert values.positive(text) == value


@pytest.mark.parametrize("text", ["0", "1", "1.5", "-0.5", "nan", "99%", ""])
def test_a_share_lies_between_nothing_and_all(text):
    with pytest.raises(argparse.ArgumentTypeError, match="number between 0 and 1"):
        values.share(text)


@given(st.floats(0, 1, exclude_min=True, exclude_max=True))
def test_any_share_is_taken_that_is_not_as_good_as_all(share):
    if share <= 1 - 1e-9:
        assert math.isclose(values.share(repr(share)), share)
    else:
        with pytest.raises(argparse.ArgumentTypeError):
            values.share(repr(share))


@pytest.mark.parametrize("text", ["0/2", "3/2", "1/0", "1", "1/2/3", "a/b", "-1/2", "1 / 2", "", "½/2", "²/3"])
def test_a_part_is_one_of_as_many_as_there_are(text):
    with pytest.raises(argparse.ArgumentTypeError, match="such as 2/4"):
        values.shard(text)


def test_the_first_and_the_last_part_are_parts():
    assert values.shard("1/4") == (1, 4)
    assert values.shard("4/4") == (4, 4)
    assert values.shard("1/1") == (1, 1)


def test_a_folder_that_is_missing_is_made_with_those_above_it(tmp_path):
    values.check_folder(tmp_path / "a" / "b")
    assert list((tmp_path / "a" / "b").iterdir()) == []
    values.check_folder(tmp_path / "a" / "b")


def test_a_folder_that_takes_no_files_is_refused(tmp_path):
    (tmp_path / "file").touch()
    for folder in (tmp_path / "file", tmp_path / "file" / "below"):
        with pytest.raises(UsageError, match="name another"):
            values.check_folder(folder)


def test_a_file_that_is_there_or_can_be_made_is_writable_and_left_as_it_is(tmp_path):
    values.check_writable(tmp_path / "new.json")
    assert list(tmp_path.iterdir()) == []
    (tmp_path / "old.json").write_text("mine")
    values.check_writable(tmp_path / "old.json")
    assert (tmp_path / "old.json").read_text() == "mine"


@pytest.mark.parametrize("path", ["", "no/such/folder/r.json", "file/r.json"])
def test_a_folder_and_a_file_in_no_folder_are_not_writable(path, tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(UsageError, match="name "):
        values.check_writable(tmp_path / path)


def test_what_is_no_regular_file_is_not_written_to():
    with pytest.raises(UsageError, match="name a file"):
        values.check_writable(values.Path("/dev/null"))


@pytest.mark.parametrize(
    ("text", "size"),
    [
        ("512MiB", 512 << 20), ("512Mi", 512 << 20), ("512M", 512 << 20), ("512mib", 512 << 20), ("512 MiB", 512 << 20),
        ("512MB", 512_000_000), ("512mb", 512_000_000), ("1GiB", 1 << 30), ("2G", 2 << 30), ("2g", 2 << 30),
        ("1.5GB", 1_500_000_000), ("0.5k", 512), ("1T", 1 << 40), ("4096", 4096), ("4096B", 4096), ("1", 1),
    ],
)  # fmt: skip
def test_an_amount_of_memory_is_taken_in_its_unit(text, size):
    assert values.memory(text) == size


@pytest.mark.parametrize(
    "text",
    [
        "",
        "0",
        "-1",
        "-5MiB",
        "MiB",
        "12 parsecs",
        "1e9",
        "nan",
        "inf",
        "512iB",
        "512Mx",
        "1,5G",
        "5MMB",
        "0.1",
        "9999T",
    ],
)
def test_what_is_not_an_amount_of_memory_is_refused(text):
    with pytest.raises(argparse.ArgumentTypeError, match=r"is not an amount of memory, such as 512MiB, 2G or"):
        values.memory(text)


@given(st.integers(1, 10**15))
def test_a_number_of_bytes_is_taken_as_it_is(size):
    assert values.memory(str(size)) == size
