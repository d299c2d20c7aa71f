"""The ledger of releases: the same releases, the same hashes."""

import subprocess

import pytest

from find_mem_leaks.errors import UsageError
from find_mem_leaks.history.releases import ledger
from find_mem_leaks.history.releases.listing import Release

RELEASES = [
    Release("1.9", "2021-03-15T12:00:00+00:00"),
    Release("1.10", "2021-02-01T00:00:30+00:00"),
    Release("2.0", "2023-01-26T00:00:00+00:00"),
]
# Of these three releases, on any machine and at any time: whoever changes how the ledger is written, and with it these,
# orphans every site that people have.
HASHES = {
    "1.9": "1e7196143b0ba96bd414d56fd6b7cf141a3ec070",
    "1.10": "6588c21cdc80f715e113ba00096921867f075ec8",
    "2.0": "3549ce3874cba85a1838edff8bab4c7779fb042e",
}


def git(folder, *words):
    done = subprocess.run(["git", *words], cwd=folder, env=ledger.alone(), capture_output=True, text=True, check=True)
    return done.stdout.split("\n")[:-1]


def test_the_same_releases_give_the_same_hashes_everywhere(tmp_path):
    assert ledger.write(tmp_path / "here", "thing", RELEASES) == HASHES


def test_neither_the_order_nor_a_persons_settings_of_git_matter(tmp_path, monkeypatch):
    settings = "[user]\nname = Someone\n[init]\ndefaultBranch = trunk\n[commit]\ngpgsign = true\n"
    (tmp_path / "gitconfig").write_text(settings)
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(tmp_path / "gitconfig"))
    monkeypatch.setenv("GIT_AUTHOR_DATE", "2001-01-01T00:00:00")
    monkeypatch.setenv("GIT_DIR", str(tmp_path / "elsewhere"))
    assert ledger.write(tmp_path / "there", "thing", RELEASES[::-1]) == HASHES
    assert not (tmp_path / "elsewhere").exists()


def test_it_has_one_line_of_commits_in_the_order_of_versions_each_dated_by_its_upload(tmp_path):
    ledger.write(tmp_path / "ledger", "thing", RELEASES)
    log = git(tmp_path / "ledger", "log", "--reverse", "--format=%s %ct %at", "main")
    assert log == [
        "thing 1.9 1615809600 1615809600",
        "thing 1.10 1612137630 1612137630",
        "thing 2.0 1674691200 1674691200",
    ]


def test_each_release_is_a_tag_on_its_commit(tmp_path):
    hashes = ledger.write(tmp_path / "ledger", "thing", RELEASES)
    assert sorted(git(tmp_path / "ledger", "tag")) == ["1.10", "1.9", "2.0"]
    for version, commit in hashes.items():
        assert git(tmp_path / "ledger", "rev-parse", f"{version}^{{commit}}") == [commit]
        assert f'"version": "{version}"' in git(tmp_path / "ledger", "show", f"{commit}:release.json")[0]


def test_a_later_release_leaves_the_older_hashes_as_they_are(tmp_path):
    before = ledger.write(tmp_path / "ledger", "thing", RELEASES[:2])
    after = ledger.write(tmp_path / "ledger", "thing", RELEASES)
    assert before.items() < after.items()


def test_an_epoch_and_a_local_version_make_tags_too(tmp_path):
    odd = [Release("1!2.0+cpu.1", "2024-01-01T00:00:00+00:00")]
    assert list(ledger.write(tmp_path / "ledger", "thing", odd)) == ["1!2.0+cpu.1"]


def test_without_git_it_says_what_to_install(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(UsageError, match="install git"):
        ledger.write(tmp_path / "ledger", "thing", RELEASES)
