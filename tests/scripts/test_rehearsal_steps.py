"""The steps of a job one after another: what they tell each other, and what a failure ends."""

import pytest
import yaml
from rehearsal.actions import UnknownError
from rehearsal.steps import Log, Steps, matrix, variables

GITHUB = {
    "sha": "0" * 40, "ref": "refs/heads/main", "ref_name": "main", "repository": "somebody/find-mem-leaks",
    "server_url": "file:///", "event_name": "push", "run_id": 1, "workflow": "It",
}  # fmt: skip


@pytest.fixture
def steps(job):
    """Runs steps that are given as YAML; what became of them."""

    def run(text, runner=None, **environment):
        runner = runner or job()
        everywhere = {**variables(runner, GITHUB, {}), **environment}
        found = Steps(runner, {"github": GITHUB, "matrix": {}}, everywhere, Log(show=False))
        found.run(yaml.safe_load(text))
        return found

    return run


def results(found):
    return {name: step["outcome"] for name, step in found.context["steps"].items()}


def test_outputs_of_a_step_are_there_for_the_next(steps):
    found = steps("""
    - id: one
      run: |
        echo "text=a b" >> "$GITHUB_OUTPUT"
        printf 'more<<END\\nfirst\\nsecond\\nEND\\n' >> "$GITHUB_OUTPUT"
    - run: echo "$TEXT, $MORE"
      env:
        TEXT: ${{ steps.one.outputs.text }}
        MORE: ${{ steps.one.outputs.more }}
    """)
    assert found.succeeded
    assert "a b, first\nsecond" in found.log.text


def test_variables_and_the_path_that_a_step_sets_are_for_those_after_it_only(steps):
    found = steps("""
    - run: |
        echo "SET=it" >> "$GITHUB_ENV"
        mkdir bin && printf '#!/bin/sh\\necho found' > bin/tool && chmod +x bin/tool
        echo "$PWD/bin" >> "$GITHUB_PATH"
        echo "now: $SET."
    - run: echo "then ${{ env.SET }}, $SET, $(tool)"
    - run: echo "own $SET"
      env: {SET: other}
    - run: echo "again $SET"
    """)
    assert found.log.text.splitlines()[-7:] == [
        "now: .",
        "- echo \"then it, $SET, $(tool)\"",
        "then it, it, found",
        '- echo "own $SET"',
        "own other",
        '- echo "again $SET"',
        "again it",
    ]  # fmt: skip


def test_of_two_folders_on_the_path_the_later_comes_first(steps):
    found = steps("""
    - run: printf '/first\\n/second\\n' >> "$GITHUB_PATH"
    - run: echo "/third with space" >> "$GITHUB_PATH"
    - run: echo "$PATH"
    """)
    assert found.log.lines[-1].startswith("/third with space:/second:/first:")


def test_summaries_of_all_steps_are_the_jobs(steps):
    found = steps("""
    - run: echo one >> "$GITHUB_STEP_SUMMARY"
    - run: echo two >> "$GITHUB_STEP_SUMMARY"; false
    """)
    assert found.summary == "one\ntwo\n"


def test_a_step_that_fails_skips_those_after_it_unless_they_ask_for_it(steps):
    found = steps("""
    - {id: first, run: "true"}
    - {id: fails, run: exit 3}
    - {id: skipped, run: echo never}
    - {id: cleans, if: "${{ !cancelled() }}", run: echo cleans}
    - {id: always, if: always(), run: echo always}
    - {id: tells, if: failure(), run: echo tells}
    - {id: cheers, if: success(), run: echo cheers}
    """)
    assert not found.succeeded
    expected = ["success", "failure", "skipped", "success", "success", "success", "skipped"]
    assert list(results(found).values()) == expected
    assert "failed: exit code 3" in found.log.text
    assert "never" not in found.log.lines


def test_a_failure_that_is_forgiven_ends_nothing(steps):
    found = steps("""
    - {id: fails, run: "false", continue-on-error: true}
    - {id: next, run: "true"}
    """)
    assert found.succeeded
    assert results(found) == {"fails": "failure", "next": "success"}
    assert found.context["steps"]["fails"]["conclusion"] == "success"


def test_what_a_step_told_before_it_failed_is_known(steps):
    found = steps("""
    - id: fails
      run: |
        echo "results=here" >> "$GITHUB_OUTPUT"
        echo "SET=it" >> "$GITHUB_ENV"
        exit 1
    - if: always()
      run: echo "${{ steps.fails.outputs.results }} $SET"
    """)
    assert found.log.lines[-1] == "here it"


@pytest.mark.parametrize("script", ["false | true", "false\n    true", 'echo no pair >> "$GITHUB_OUTPUT"'])
def test_a_script_fails_at_its_first_mistake(steps, script):
    assert not steps(f"- run: |\n    {script}").succeeded


def test_a_step_that_takes_too_long_is_ended_with_what_it_started(steps):
    found = steps("""
    - {id: hangs, timeout-minutes: 0.002, run: "sleep 1000 | cat"}
    """)
    assert results(found) == {"hangs": "failure"}


def test_a_script_stands_in_the_workspace_or_a_folder_of_it(steps, job):
    runner = job()
    (runner.place.workspace / "deep").mkdir()
    found = steps("[{run: pwd}, {run: pwd, working-directory: deep}]", runner)
    assert [line for line in found.log.lines if line[0] == "/"] == [
        str(runner.place.workspace),
        str(runner.place.workspace / "deep"),
    ]


def test_a_script_sees_the_variables_of_its_job_and_none_of_this_machine(steps, monkeypatch):
    monkeypatch.setenv("OF_THIS_MACHINE", "1")
    found = steps('- run: echo "$GITHUB_REF_NAME ${OF_THIS_MACHINE-unset} $OF_THE_JOB"', OF_THE_JOB="known")
    assert found.log.lines[-1] == "main unset known"


def test_an_action_that_fails_is_a_step_that_fails(steps):
    found = steps("""
    - {id: none, uses: actions/download-artifact@v8, with: {name: none}}
    - {id: next, run: "true"}
    """)
    assert results(found) == {"none": "failure", "next": "skipped"}
    assert "failed: there is no artifact none" in found.log.text


@pytest.mark.parametrize(
    ("step", "said"),
    [
        ("{uses: actions/cache@v4}", "does not know the action actions/cache"),
        ("{run: dir, shell: pwsh}", "a step has pwsh"),
        ("{run: ls, container: debian}", "a step has container"),
    ],
)
def test_what_is_not_emulated_ends_the_rehearsal(steps, step, said):
    with pytest.raises(UnknownError, match=said):
        steps(f"[{step}]")


ACTION = """
inputs:
  what: {required: true}
  how: {default: well}
outputs:
  told: {value: "${{ steps.inner.outputs.told }}"}
runs:
  using: composite
  steps:
    - id: inner
      shell: bash
      run: |
        echo "told=$WHAT ${{ inputs.how }} in $(basename "$GITHUB_ACTION_PATH")" >> "$GITHUB_OUTPUT"
        echo summed >> "$GITHUB_STEP_SUMMARY"
        [ "$WHAT" = good ]
      env:
        WHAT: ${{ inputs.what }}
"""


@pytest.fixture
def composite(job):
    runner = job()
    folder = runner.place.workspace / "own"
    folder.mkdir()
    (folder / "action.yml").write_text(ACTION)
    return runner


@pytest.mark.parametrize("what", ["good", "bad"])
def test_a_composite_action_takes_inputs_and_gives_outputs_whether_or_not_it_fails(steps, composite, what):
    found = steps(f"[{{id: outer, uses: ./own, with: {{what: {what}}}}}]", composite)
    assert found.context["steps"]["outer"]["outputs"] == {"told": f"{what} well in own"}
    assert results(found) == {"outer": "success" if what == "good" else "failure"}
    assert found.summary == "summed\n"


def test_an_input_that_a_composite_action_has_not_is_an_error(steps, composite):
    found = steps("[{uses: ./own, with: {what: good, hwo: well}}]", composite)
    assert "failed: ./own has no input hwo" in found.log.text


@pytest.mark.parametrize(
    ("strategy", "combinations"),
    [
        ("{}", [{}]),
        ("{python: [3.11, 3.12]}", [{"python": 3.11}, {"python": 3.12}]),
        ("{a: [1, 2], b: [3]}", [{"a": 1, "b": 3}, {"a": 2, "b": 3}]),
        ("{a: [1, 2], b: [3, 4], exclude: [{a: 1}, {a: 2, b: 3}]}", [{"a": 2, "b": 4}]),
        ("{include: [{name: one}, {name: two}]}", [{"name": "one"}, {"name": "two"}]),
        ("{a: [1, 2], include: [{a: 2, b: 3}, {c: 4}]}", [{"a": 1, "c": 4}, {"a": 2, "b": 3, "c": 4}]),
        ("{a: [1], include: [{a: 5}, {a: 5, b: 6}]}", [{"a": 1}, {"a": 5}, {"a": 5, "b": 6}]),
    ],
)
def test_a_matrix_has_the_combinations_that_it_has_on_github(strategy, combinations):
    assert list(matrix(yaml.safe_load(strategy))) == combinations
