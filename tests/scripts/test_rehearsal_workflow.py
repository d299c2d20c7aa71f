"""Jobs by their needs: their conditions, outputs, matrices, rights, and what they pass each other."""

import pytest
from rehearsal.actions import UnknownError
from rehearsal.workflow import Event, Workflow


@pytest.fixture
def run(rehearsed):
    """Runs jobs that are given as YAML; the workflow after that."""

    def all_jobs(jobs, top="", event="push", **more):
        text = f"name: It\non: push\n{top}\njobs:\n{jobs}"
        found = Workflow(rehearsed, text, Event(event, rehearsed.tip("main")), show=False, **more)
        found.run()
        return found

    return all_jobs


def results(found):
    return {name: outcome.result for name, outcome in found.outcomes.items()}


def test_a_job_waits_for_what_it_needs_and_reads_its_outputs(run):
    found = run("""
  last:
    needs: first
    runs-on: ubuntu-latest
    steps: [{run: 'echo "got ${{ needs.first.outputs.it }} of a ${{ needs.first.result }}"'}]
  first:
    runs-on: ubuntu-latest
    outputs: {it: "${{ steps.tell.outputs.it }}"}
    steps: [{id: tell, run: 'echo it=this >> "$GITHUB_OUTPUT"'}]
""")
    assert list(found.outcomes) == ["first", "last"]
    assert found.outcomes["last"].log.endswith("got this of a success")


NEEDS = """
  fails: {runs-on: ubuntu-latest, steps: [{run: "false"}]}
  skipped: {needs: fails, runs-on: ubuntu-latest, steps: [{run: "true"}]}
  skipped-too: {needs: [skipped], runs-on: ubuntu-latest, steps: [{run: "true"}]}
  tells: {needs: skipped, if: failure(), runs-on: ubuntu-latest, steps: [{run: "true"}]}
  always: {needs: skipped, if: always(), runs-on: ubuntu-latest, steps: [{run: "true"}]}
  after: {needs: always, runs-on: ubuntu-latest, steps: [{run: "true"}]}
  after-it-all: {needs: always, if: "${{ !cancelled() && needs.always.result == 'success' }}", runs-on: ubuntu-latest,
    steps: [{run: "true"}]}
  names: {needs: fails, if: "always() && needs.fails.result == 'failure'", runs-on: ubuntu-latest,
    steps: [{run: "true"}]}
  apart: {runs-on: ubuntu-latest, steps: [{run: "true"}]}
"""


def test_a_failure_skips_all_that_comes_of_it_unless_a_condition_says_otherwise(run):
    found = run(NEEDS)
    assert results(found) == {
        "fails": "failure",
        "skipped": "skipped",
        "skipped-too": "skipped",
        "tells": "success",
        "always": "success",
        "after": "skipped",  # success() is of all before it, not only of what it needs
        "after-it-all": "success",
        "names": "success",
        "apart": "success",
    }
    assert not found.succeeded


def test_what_is_skipped_by_its_own_condition_is_no_failure(run):
    found = run("""
  only: {if: github.event_name == 'pull_request', runs-on: ubuntu-latest, steps: [{run: "true"}]}
  next: {needs: only, runs-on: ubuntu-latest, steps: [{run: "true"}]}
  tells: {needs: only, if: failure(), runs-on: ubuntu-latest, steps: [{run: "true"}]}
""")
    assert set(results(found).values()) == {"skipped"}
    assert found.succeeded


MATRIX = """
  plan:
    runs-on: ubuntu-latest
    outputs: {it: "${{ steps.plan.outputs.it }}"}
    steps:
      - id: plan
        run: |
          echo 'it={"include": [{"name": "a"}, {"name": "b"}, {"name": "c"}]}' >> "$GITHUB_OUTPUT"
  each:
    needs: plan
    runs-on: ubuntu-latest
    strategy: {fail-fast: false, matrix: "${{ fromJSON(needs.plan.outputs.it) }}"}
    steps:
      - run: mkdir out && echo "$NAME" > "out/$NAME" && [ "$NAME" != b ]
        env: {NAME: "${{ matrix.name }}"}
      - uses: actions/upload-artifact@v7
        with: {name: "part-${{ matrix.name }}", path: out}
  together:
    needs: each
    if: ${{ !cancelled() }}
    runs-on: ubuntu-latest
    steps:
      - uses: actions/download-artifact@v8
        with: {pattern: part-*, path: parts, merge-multiple: true}
      - run: echo "${{ needs.each.result }}:" $(ls parts)
"""


def test_instances_of_a_matrix_pass_on_what_they_have_and_one_that_fails_fails_them_all(run):
    found = run(MATRIX)
    assert results(found) == {"plan": "success", "each": "failure", "together": "success"}
    assert found.outcomes["together"].log.endswith("failure: a c")


def test_an_instance_that_is_not_run_is_told_as_such(run, capsys):
    found = run(MATRIX, instead=lambda job, one: "success" if one.get("name") == "b" else None)
    assert found.outcomes["together"].log.endswith("success: a c")
    assert "each b: not run, taken for a success" in capsys.readouterr().out


def test_a_job_for_another_system_is_told_to_run_here(run, capsys):
    run("  mac: {runs-on: macos-latest, steps: [{run: 'true'}]}")
    assert "(mac is for macos-latest: its steps run on Linux here)" in capsys.readouterr().out


def test_the_narrower_environment_wins_and_the_rehearsal_over_all(run):
    jobs = """
  job:
    runs-on: ubuntu-latest
    env: {B: job, C: job, D: job}
    steps: [{run: 'echo "$A $B $C $D ${{ env.D }}"', env: {C: step}}]
"""
    found = run(jobs, "env: {A: top, B: top, C: top, D: top}", environment={"D": "rehearsed"})
    assert found.outcomes["job"].log.endswith("top job step rehearsed rehearsed")


PUSH = """
  push:
    runs-on: ubuntu-latest
    permissions: {contents: %s}
    steps:
      - uses: actions/checkout@v6
      - run: |
          git -c user.name=A -c user.email=a@example.com commit -q --allow-empty -m More
          git push -q origin HEAD:refs/heads/other
"""


@pytest.mark.parametrize("right", ["read", "write"])
def test_only_a_job_that_may_write_can_push(run, rehearsed, right):
    found = run(PUSH % right)
    assert found.succeeded is (right == "write")
    assert ("this job has no 'contents: write'" in found.log) is (right == "read")


def test_rights_of_the_workflow_are_those_of_a_job_that_names_none(run):
    without = PUSH.replace("    permissions: {contents: %s}\n", "")
    assert not run(without, "permissions: {}").succeeded


def test_of_all_jobs_only_one_that_may_write_issues_has_the_command_line_for_it(run):
    jobs = """
  %s:
    runs-on: ubuntu-latest
    permissions: {issues: %s}
    steps: [{run: echo text | gh issue create --title A --body-file -}]
"""
    assert not run(jobs % ("may-not", "read")).succeeded
    assert run(jobs % ("may", "write")).succeeded


@pytest.mark.parametrize(
    "job", ["{uses: ./.github/workflows/other.yml}", "{runs-on: ubuntu-latest, container: debian, steps: []}"]
)
def test_a_kind_of_job_that_is_not_emulated_ends_the_rehearsal(run, job):
    with pytest.raises(UnknownError, match="the job it has"):
        run(f"  it: {job}")


def test_summaries_and_logs_of_all_instances_are_the_jobs(run):
    found = run("""
  it:
    runs-on: ubuntu-latest
    strategy: {matrix: {n: [1, 2]}}
    steps: [{run: 'echo "of ${{ matrix.n }}" | tee -a "$GITHUB_STEP_SUMMARY"'}]
""")
    assert found.outcomes["it"].summary.split() == ["of", "1", "of", "2"]
    assert [line for line in found.log.splitlines() if not line.startswith("-")] == ["of 1", "of 2"]
