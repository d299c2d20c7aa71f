"""Which index is asked, and what becomes of its answers."""

import http.client
import os

import pytest

from fake_index import CLEAN, Index, serving, wheel
from find_mem_leaks.errors import UsageError
from find_mem_leaks.history.releases import listing, package_index
from find_mem_leaks.history.releases.package_index import IndexUnreachableError


def versions(found):
    return [release.version for release in found]


@pytest.fixture
def nothing_configured(tmp_path, monkeypatch):
    """No variable and no file says which index to use; the folder of configuration files."""
    for name in os.environ:
        if name.startswith(("PIP_", "UV_")):
            monkeypatch.delenv(name)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    monkeypatch.setattr(package_index, "_pip_files", lambda environment: [tmp_path / "pip.conf"])
    return tmp_path


def test_without_configuration_it_is_pypi(nothing_configured):
    assert package_index.configured() == package_index.PYPI


@pytest.mark.parametrize("name", package_index.VARIABLES)
def test_variables_of_uv_and_pip_name_the_index(nothing_configured, monkeypatch, name):
    (nothing_configured / "pip.conf").write_text("[global]\nindex-url = https://file.example/simple\n")
    monkeypatch.setenv(name, "https://variable.example/simple")
    assert package_index.configured() == "https://variable.example/simple"


@pytest.mark.parametrize("text", ["[global]\nindex-url = {}\n", "[install]\nindex_url={}\n"])
def test_pips_file_names_the_index(nothing_configured, text):
    (nothing_configured / "pip.conf").write_text(text.format("https://mirror.example/simple"))
    assert package_index.configured() == "https://mirror.example/simple"


@pytest.mark.parametrize(
    "text",
    [
        'index-url = "{}"\n',
        '[pip]\nindex-url = "{}"\n',
        '[[index]]\nurl = "https://other.example"\n[[index]]\nurl = "{}"\ndefault = true\n',
    ],
)
def test_uvs_file_names_the_index(nothing_configured, text):
    folder = nothing_configured / "uv"
    folder.mkdir()
    (folder / "uv.toml").write_text(text.format("https://mirror.example/simple"))
    assert package_index.configured() == "https://mirror.example/simple"


def test_a_damaged_file_names_no_index(nothing_configured):
    (nothing_configured / "pip.conf").write_text("index-url = https://mirror.example\n")
    assert package_index.configured() == package_index.PYPI


def test_an_index_with_a_name_of_uvs_is_asked_by_its_address(nothing_configured, monkeypatch):
    monkeypatch.setenv("UV_DEFAULT_INDEX", "mine=https://mirror.example/simple?a=b")
    assert package_index.configured() == "https://mirror.example/simple?a=b"


def test_pips_files_are_looked_for_where_pip_looks(tmp_path):
    files = package_index._pip_files({"XDG_CONFIG_HOME": str(tmp_path), "PIP_CONFIG_FILE": "/some/pip.conf"})
    assert tmp_path / "pip" / "pip.conf" in files
    assert str(files[-1]) == "/some/pip.conf"
    assert package_index._pip_files({"PIP_CONFIG_FILE": os.devnull}) == []


def test_an_index_is_asked_for_json_and_a_password_goes_into_a_header():
    index = Index()
    index.add(wheel("thing", "1.0", CLEAN))
    with serving(index):
        address = index.url.replace("http://", "http://me:pass%40word@")
        assert versions(listing.fetch("thing", address)) == ["1.0"]
        assert index.headers[0]["Accept"] == "application/vnd.pypi.simple.v1+json"
        assert index.headers[0]["Authorization"] == "Basic bWU6cGFzc0B3b3Jk"
        with pytest.raises(UsageError, match="has no package 'nothing'") as caught:
            listing.fetch("nothing", address)
        assert "pass" not in str(caught.value)


def test_an_index_that_does_not_answer_is_told_from_one_that_knows_no_package():
    with serving(Index()) as index:
        gone = index.url
    with pytest.raises(IndexUnreachableError, match="cannot be reached"):
        listing.fetch("thing", gone)


def test_an_index_that_answers_in_html_is_an_error_of_one_line(monkeypatch):
    with serving(Index()) as index:
        monkeypatch.setattr(index, "answer", lambda path: (200, "text/html", b"<html></html>"))
        with pytest.raises(UsageError, match="JSON"):
            listing.fetch("thing", index.url)


def test_an_index_that_is_ill_is_unreachable(monkeypatch):
    with serving(Index()) as index:
        monkeypatch.setattr(index, "answer", lambda path: (503, "text/plain", b""))
        with pytest.raises(IndexUnreachableError, match="503"):
            listing.fetch("thing", index.url)


def test_an_answer_that_is_cut_short_is_of_an_index_that_cannot_be_reached(monkeypatch):
    def cut_short(_):
        raise http.client.IncompleteRead(b"{")

    with serving(Index()) as index:
        monkeypatch.setattr(index, "answer", lambda path: (200, "text/plain", b"{}"))
        monkeypatch.setattr(package_index.json, "load", cut_short)
        with pytest.raises(IndexUnreachableError, match=r"cannot be reached \(IncompleteRead"):
            listing.fetch("thing", index.url)


def test_an_index_on_a_disk_is_refused():
    with pytest.raises(UsageError, match="is not an http address"):
        listing.fetch("thing", "file:///simple")
