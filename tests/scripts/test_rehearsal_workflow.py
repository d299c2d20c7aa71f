"""A workflow that act carries out against a hub, with stand-ins for its actions."""

import subprocess
import sys

import pytest
import yaml
from rehearsal.workflow import Event, Run, UnknownError, instead

PYTHON = ".".join(map(str, sys.version_info[:2]))
CHECKOUT, UPLOAD, DOWNLOAD = (
    f"actions/{name}@0123abcd" for name in ("checkout", "upload-artifact", "download-artifact")
)
TEXT = f"""
on: [push, pull_request]
env: {{WHICH: all}}
jobs:
  make:
    runs-on: ubuntu-latest
    strategy:
      fail-fast: false
      matrix: {{name: [one, two]}}
    steps:
      - uses: {CHECKOUT}
        with: {{fetch-depth: 0}}
      - run: |
          mkdir out && echo "$WHICH" > out/${{{{ matrix.name }}}} && touch out/.hidden
          echo "history: $(git rev-list --count HEAD), on '$(git branch --show-current)', README is $(cat README)"
          echo "made ${{{{ matrix.name }}}}" >> "$GITHUB_STEP_SUMMARY"
          echo "::error file=README,line=1::${{{{ matrix.name }}}} is short"
      - uses: {UPLOAD}
        with: {{name: "part-${{{{ matrix.name }}}}", path: out}}
  join:
    needs: make
    if: ${{{{ github.ref == 'refs/heads/main' }}}}
    runs-on: macos-latest
    permissions: {{contents: read}}
    steps:
      - uses: actions/setup-python@0123abcd
        with: {{python-version: "{PYTHON}"}}
      - uses: {DOWNLOAD}
        with: {{path: parts}}
      - run: |
          echo "python is $(command -v python)" && gh issue list && cd parts && find . -type f | sort | xargs
  publish:
    needs: join
    runs-on: ubuntu-latest
    steps:
      - run: mkdir -p dist site && touch dist/it.whl site/index.html site/.nojekyll
      - uses: actions/upload-pages-artifact@0123abcd
        with: {{path: site}}
      - uses: actions/deploy-pages@0123abcd
      - uses: actions/attest-build-provenance@0123abcd
        with: {{subject-path: dist/*}}
      - uses: pypa/gh-action-pypi-publish@0123abcd
"""


def test_jobs_pass_on_artifacts_and_publish(rehearsed):
    rehearsed.commit("Go on", {"README": "new"})
    run = Run(rehearsed, TEXT, Event("push", rehearsed.tip("main")), {"WHICH": "few"})
    outcomes = run()
    assert run.succeeded
    assert {name: outcome.result for name, outcome in outcomes.items()} == dict.fromkeys(outcomes, "success")
    assert outcomes["make"].log.count("history: 2, on 'main', README is new") == 2
    assert "file=README,line=1" in outcomes["make"].log
    assert sorted(outcomes["make"].summary.splitlines()) == ["made one", "made two"]
    assert "./part-one/one ./part-two/two\n" in outcomes["join"].log
    assert f"/python-{PYTHON}/bin/python" in outcomes["join"].log
    assert (rehearsed.artifacts / "part-one" / "one").read_text() == "few\n"
    assert [file.name for file in rehearsed.site.iterdir()] == ["index.html"]
    assert [file.name for file in rehearsed.published.iterdir()] == ["it.whl"]


def test_a_pull_request_is_checked_out_as_it_would_be_merged_and_publishes_nothing(rehearsed):
    base = rehearsed.tip("main")
    head = rehearsed.commit("Ask", {"README": "asked"}, branch="asked")
    event = Event("pull_request", rehearsed.merge(base, head), "refs/pull/1/merge")
    outcomes = Run(rehearsed, TEXT, event, matrix=["name:one"])()
    assert outcomes["make"].log.count("history: 3, on '', README is asked") == 1
    assert [outcomes[name].result for name in ("join", "publish")] == ["skipped", "skipped"]


def test_a_job_that_is_not_run_may_fail_and_what_needs_it_is_skipped(rehearsed):
    text = instead(TEXT, "make", 'test "${{ matrix.name }}" != two')
    run = Run(rehearsed, text, Event("push", rehearsed.tip("main")))
    outcomes = run()
    assert not run.succeeded
    assert [outcome.result for outcome in outcomes.values()] == ["failure", "skipped", "skipped"]


def test_a_job_that_is_not_run_leaves_the_others_as_they_were():
    before, after = yaml.safe_load(TEXT), yaml.safe_load(instead(TEXT, "join"))
    assert after["on"] == ["push", "pull_request"]
    assert after["jobs"]["join"]["steps"] == [{"run": "true"}]
    assert {name: job for name, job in after["jobs"].items() if name != "join"} == {
        name: job for name, job in before["jobs"].items() if name != "join"
    }


def test_an_action_without_a_stand_in_ends_the_rehearsal(rehearsed):
    text = TEXT.replace("actions/deploy-pages", "somebody/else")
    with pytest.raises(UnknownError, match="somebody/else@0123abcd has no stand-in"):
        Run(rehearsed, text, Event("push", rehearsed.tip("main")))()


@pytest.mark.parametrize(
    ("there", "paths", "inside"),
    [
        (["out/a", "out/deep/b"], "out", ["a", "deep/b"]),
        (["out/a", "out/b"], "out/a", ["a"]),
        (["out/a.whl", "out/deep/b.whl", "out/c"], "out/**/*.whl", ["a.whl", "deep/b.whl"]),
        (["results/m/a", "leaks/b"], "results\nleaks", ["leaks/b", "results/m/a"]),
        (["results/m/a"], "results\nleaks", ["results/m/a"]),
    ],
)
def test_an_artifact_begins_where_its_paths_part(tmp_path, there, paths, inside):
    assert store(tmp_path, there, PATHS=paths).returncode == 0
    artifact = tmp_path / "store" / "it"
    assert sorted(str(file.relative_to(artifact)) for file in artifact.rglob("*") if file.is_file()) == inside


def test_nothing_to_upload_is_an_error_only_where_the_step_says_so_and_a_name_is_used_once(tmp_path):
    assert store(tmp_path, [], PATHS="out").returncode == 0
    assert "no files were found" in store(tmp_path, [], PATHS="out", NONE="error").stderr
    assert store(tmp_path, ["out/a"], PATHS="out").returncode == 0
    assert "an artifact of the name it exists" in store(tmp_path, [], PATHS="out").stderr


def store(folder, there, **inputs):
    """Upload the artifact ``it`` from a workspace with these files, as the stand-in does."""
    from rehearsal.workflow import STAND_INS

    workspace = folder / "workspace"
    workspace.mkdir(exist_ok=True)
    for path in there:
        (workspace / path).parent.mkdir(parents=True, exist_ok=True)
        (workspace / path).touch()
    given = {"ARTIFACTS": str(folder / "store"), "NAME": "it", "HIDDEN": "false", "NONE": "warn", **inputs}
    command = [sys.executable, STAND_INS / "artifacts.py", "upload"]
    return subprocess.run(command, cwd=workspace, env=given, capture_output=True, text=True, check=False)
