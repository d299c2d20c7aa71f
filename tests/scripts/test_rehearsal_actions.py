"""What an emulated action does to a job is what the action does on GitHub."""

import subprocess
import sys

import pytest
from rehearsal import actions
from rehearsal.actions import ACTIONS, ActionError
from rehearsal.hub import git


def tree(folder):
    return {file.relative_to(folder).as_posix() for file in folder.rglob("*") if file.is_file()}


def upload(runner, name="it", path="out", **more):
    return ACTIONS["actions/upload-artifact"]({"name": name, "path": path, **more}, runner)


def download(runner, **inputs):
    ACTIONS["actions/download-artifact"](inputs, runner)
    return tree(runner.place.workspace)


def write(runner, folder, *paths):
    for path in paths:
        file = runner.place.workspace / folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(path)


def test_a_checkout_has_one_commit_unless_more_is_asked_for(rehearsed, job):
    rehearsed.commit("Go on", {"new": "new", "old": None})
    counted = []
    for depth in (None, 2, 0):
        runner = job(f"depth-{depth}")
        ACTIONS["actions/checkout"]({} if depth is None else {"fetch-depth": depth}, runner)
        assert {path for path in tree(runner.place.workspace) if not path.startswith(".git/")} == {"README", "new"}
        counted.append(git("rev-list", "--count", "HEAD", folder=runner.place.workspace))
    assert counted == ["1", "2", "2"]


def test_a_checkout_stands_on_the_branch_of_a_push_and_on_none_for_a_pull_request(rehearsed, job):
    pushed, asked = job("pushed"), job("asked", event={"ref": "refs/pull/1/merge"})
    for runner in (pushed, asked):
        ACTIONS["actions/checkout"]({}, runner)
    assert git("branch", "--show-current", folder=pushed.place.workspace) == "main"
    assert git("branch", "--show-current", folder=asked.place.workspace) == ""


def test_only_a_whole_checkout_knows_the_other_branches(rehearsed, job):
    rehearsed.commit("Aside", {}, branch="aside")
    whole, shallow = job("whole"), job("shallow")
    ACTIONS["actions/checkout"]({"fetch-depth": 0}, whole)
    ACTIONS["actions/checkout"]({}, shallow)
    known = [git("branch", "--remotes", folder=runner.place.workspace) for runner in (whole, shallow)]
    assert ["origin/aside" in each for each in known] == [True, False]


def test_the_python_that_is_asked_for_is_the_one_on_the_path(job):
    runner, version = job(), ".".join(map(str, sys.version_info[:2]))
    outputs = ACTIONS["actions/setup-python"]({"python-version": version}, runner)
    [folder] = runner.path
    assert outputs["python-path"] == f"{folder}/python"
    said = subprocess.run([f"{folder}/python", "--version"], capture_output=True, text=True, check=True).stdout
    assert said.startswith(f"Python {version}.")


def test_a_python_that_is_not_to_change_the_environment_is_not_on_the_path(job):
    runner, version = job(), ".".join(map(str, sys.version_info[:2]))
    ACTIONS["actions/setup-python"]({"python-version": version, "update-environment": "false"}, runner)
    assert runner.path == []


def test_another_python_may_stand_in_but_not_where_the_job_is_for_that_one(job, monkeypatch, capsys):
    monkeypatch.setattr(actions, "installed", lambda version: None)
    ACTIONS["actions/setup-python"]({"python-version": "3.99"}, job("any"))
    assert "no Python 3.99 on this machine" in capsys.readouterr().out
    with pytest.raises(ActionError, match=r"no Python 3\.99 on this machine, and another would not be"):
        ACTIONS["actions/setup-python"]({"python-version": "3.99"}, job("one", matrix={"python": "3.99"}))


def test_a_python_that_no_machine_has_is_not_installed():
    assert actions.installed("3.99") is None


def test_an_artifact_of_a_folder_has_what_is_in_it(job):
    runner = job()
    write(runner, "out", "a", "deep/b")
    upload(runner)
    assert tree(runner.hub.artifacts / "it") == {"a", "deep/b"}


def test_an_artifact_of_a_file_has_the_file(job):
    runner = job()
    write(runner, "out", "a", "b")
    upload(runner, path="out/a")
    assert tree(runner.hub.artifacts / "it") == {"a"}


def test_an_artifact_of_a_pattern_begins_before_the_pattern(job):
    runner = job()
    write(runner, "out", "a.whl", "deep/b.whl", "c")
    upload(runner, path="out/**/*.whl")
    assert tree(runner.hub.artifacts / "it") == {"a.whl", "deep/b.whl"}


@pytest.mark.parametrize("there", [["results/m/a", "leaks/b"], ["results/m/a"]])
def test_an_artifact_of_several_folders_begins_where_they_part_whether_or_not_all_are_there(job, there):
    runner = job()
    write(runner, "out", *there)
    upload(runner, path="out/results\nout/leaks\n")
    assert tree(runner.hub.artifacts / "it") == set(there)


def test_hidden_files_are_left_out_unless_asked_for(job):
    runner = job()
    write(runner, ".asv", "results/a")
    write(runner, "out", "b", ".c")
    upload(runner, "without", ".asv\nout\n")
    upload(runner, "with", ".asv\nout\n", **{"include-hidden-files": True})
    found = [tree(runner.hub.artifacts / name) for name in ("without", "with")]
    assert found == [{"out/b"}, {"out/b", "out/.c", ".asv/results/a"}]


def test_the_name_of_an_artifact_can_be_used_once_in_a_run(job):
    runner = job()
    write(runner, "out", "a")
    upload(runner)
    with pytest.raises(ActionError, match="an artifact of the name it exists"):
        upload(runner)


def test_no_files_are_an_error_only_where_the_step_says_so(job):
    runner = job()
    assert upload(runner) == {}
    with pytest.raises(ActionError, match="no files were found with the path out"):
        upload(runner, **{"if-no-files-found": "error"})
    with pytest.raises(ActionError, match="there is no artifact it"):
        download(runner, name="it")


def test_artifacts_that_fit_a_pattern_come_each_into_a_folder_of_its_name_or_all_into_one(job):
    before = job("before")
    for name in ("part-1", "part-2", "other"):
        write(before, name, name)
        upload(before, name, name)
    assert download(job("apart"), pattern="part-*", path="in") == {"in/part-1/part-1", "in/part-2/part-2"}
    merged = {"pattern": "part-*", "path": "in", "merge-multiple": True}
    assert download(job("together"), **merged) == {"in/part-1", "in/part-2"}
    assert download(job("one"), name="other", path="in") == {"in/other"}
    assert download(job("all")) == {"part-1/part-1", "part-2/part-2", "other/other"}


def test_a_site_is_deployed_as_it_was_uploaded_by_a_job_that_may(job):
    runner = job(permissions={"pages": "write", "id-token": "write"})
    with pytest.raises(ActionError, match="no site was uploaded"):
        ACTIONS["actions/deploy-pages"]({}, runner)
    write(runner, ".asv/html", "index.html", ".hidden")
    ACTIONS["actions/upload-pages-artifact"]({"path": ".asv/html"}, runner)
    outputs = ACTIONS["actions/deploy-pages"]({}, runner)
    assert outputs["page_url"] == runner.hub.site.as_uri() + "/"
    assert tree(runner.hub.site) == {"index.html"}


@pytest.mark.parametrize(
    ("action", "permissions", "lacks"),
    [
        ("actions/deploy-pages", {"id-token": "write"}, "pages"),
        ("actions/deploy-pages", {"pages": "write", "id-token": "read"}, "id-token"),
        ("actions/attest-build-provenance", {"id-token": "write"}, "attestations"),
        ("pypa/gh-action-pypi-publish", {"contents": "write"}, "id-token"),
    ],
)
def test_an_action_fails_without_the_rights_it_needs(job, action, permissions, lacks):
    with pytest.raises(ActionError, match=f"this job has no '{lacks}: write'"):
        ACTIONS[action]({"subject-path": "dist/*"}, job(permissions=permissions))


def test_what_is_published_was_there_and_is_attested(job, capsys):
    runner = job(permissions={"id-token": "write", "attestations": "write"})
    with pytest.raises(ActionError, match="there is nothing to attest at"):
        ACTIONS["actions/attest-build-provenance"]({"subject-path": "dist/*"}, runner)
    with pytest.raises(ActionError, match="there is no folder dist"):
        ACTIONS["pypa/gh-action-pypi-publish"]({}, runner)
    write(runner, "dist", "a.whl")
    ACTIONS["actions/attest-build-provenance"]({"subject-path": "dist/*"}, runner)
    ACTIONS["pypa/gh-action-pypi-publish"]({}, runner)
    assert capsys.readouterr().out == "attested: a.whl\n"
    assert tree(runner.hub.published) == {"a.whl"}
