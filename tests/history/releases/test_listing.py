"""What an index lists, and which of it is asked for."""

import pytest
from packaging.version import Version

from find_mem_leaks.errors import UsageError
from find_mem_leaks.history.releases import listing
from find_mem_leaks.history.releases.listing import Release


def file(filename, uploaded="2024-01-01T00:00:00Z", **more):
    return {"filename": filename, "upload-time": uploaded, **more}


def listed(*versions, **more):
    return [Release(version, "2024-01-01T00:00:00+00:00", **more) for version in versions]


def versions(found):
    return [release.version for release in found]


def test_releases_come_in_the_order_of_their_versions_not_of_their_names_or_dates():
    files = [file(f"thing-{version}.tar.gz") for version in ("1.10", "1.9", "1.9rc1", "1.2")]
    assert versions(listing.parse({"files": files})) == ["1.2", "1.9rc1", "1.9", "1.10"]


def test_a_release_came_with_its_first_file():
    page = {
        "files": [
            file("thing-1.0-py3-none-any.whl", "2024-05-02T10:00:00.123Z"),
            file("thing-1.0.tar.gz", "2024-05-01T10:00:00.9Z"),
        ]
    }
    assert listing.parse(page) == [Release("1.0", "2024-05-01T10:00:00+00:00")]
    assert listing.parse(page)[0].day == "2024-05-01"


def test_a_release_is_withdrawn_only_if_all_its_files_are():
    page = {
        "files": [
            file("thing-1.0.tar.gz", yanked="it leaks"),
            file("thing-1.0-py3-none-any.whl", yanked=False),
            file("thing-1.1.tar.gz", yanked=True),
        ]
    }
    assert [release.yanked for release in listing.parse(page)] == [False, True]


def test_files_that_nothing_installs_and_names_that_are_none_are_passed_over():
    names = ("thing-1.0-py2.7.egg", "thing-1.0.win32.exe", "thing-one.tar.gz", "thing-2.0.tar.gz")
    assert versions(listing.parse({"files": list(map(file, names))})) == ["2.0"]


def test_a_release_without_a_date_is_listed_without_one():
    [release] = listing.parse({"files": [{"filename": "thing-1.0.tar.gz"}]})
    assert release.day == "–"


@pytest.mark.parametrize("page", [[], {}, {"files": [{}]}, {"files": ["thing"]}, None])
def test_a_page_that_is_none_is_an_error_of_one_line(page):
    with pytest.raises(UsageError, match="PEP 691"):
        listing.parse(page)


def test_withdrawn_and_early_releases_are_left_out_unless_asked_for():
    found = [*listed("1.0", "1.1rc1"), *listed("1.1", yanked=True), *listed("1.2.dev1", yanked=True)]
    assert versions(listing.installable(found, pre=False, yanked=False)) == ["1.0"]
    assert versions(listing.installable(found, pre=True, yanked=False)) == ["1.0", "1.1rc1"]
    assert versions(listing.installable(found, pre=False, yanked=True)) == ["1.0", "1.1"]


@pytest.mark.parametrize(
    ("since", "until", "expected"),
    [
        (None, None, ["1.4.9", "1.4.10", "2.0.0b1", "2.0.0", "2.0.1", "2.1.0"]),
        ("1.4.10", None, ["1.4.10", "2.0.0b1", "2.0.0", "2.0.1", "2.1.0"]),
        (None, "2.0", ["1.4.9", "1.4.10", "2.0.0b1", "2.0.0", "2.0.1"]),
        ("2.0", "2.0", ["2.0.0b1", "2.0.0", "2.0.1"]),
        ("1.4.11", "1.9", []),
        ("2.0.0", "2.0.0", ["2.0.0b1", "2.0.0"]),
        ("2.0.0b1", "2.0.0b1", ["2.0.0b1"]),
    ],
)
def test_a_series_takes_in_all_of_it_at_either_end(since, until, expected):
    found = listed("1.4.9", "1.4.10", "2.0.0b1", "2.0.0", "2.0.1", "2.1.0")
    assert versions(listing.between(found, since and Version(since), until and Version(until))) == expected


def test_every_third_release_comes_with_the_first_and_the_last():
    found = listed(*"123456789")
    assert versions(listing.every(found, 3)) == ["1", "4", "7", "9"]
    assert versions(listing.every(found, 1)) == list("123456789")
    assert versions(listing.every(found, 100)) == ["1", "9"]


def test_a_listing_that_is_kept_reads_as_it_was(tmp_path):
    found = [*listed("1.0"), *listed("1.1", yanked=True)]
    listing.write(tmp_path / "kept.json", found)
    assert listing.read(tmp_path / "kept.json") == found


@pytest.mark.parametrize("text", ["", "{", "[1]", '[{"version": "one", "uploaded": ""}]'])
def test_a_damaged_listing_is_as_good_as_none(tmp_path, text):
    (tmp_path / "kept.json").write_text(text)
    assert listing.read(tmp_path / "kept.json") == []
