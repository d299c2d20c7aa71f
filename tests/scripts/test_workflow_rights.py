"""What a workflow may do: the least that it needs; and what it runs: nox sessions, and actions that are pinned."""

import ast
import re
import sys
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[2]
WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
PINNED = re.compile(r"[\w./-]+@[0-9a-f]{40}")
INSTALL = "python -m pip install 'nox[uv]'"
# The only jobs that may write anything, and what. None of them installs this project or its packages.
WRITES = {
    ("benchmarks.yml", "keep"): {"contents"},
    ("benchmarks.yml", "deploy"): {"pages", "id-token"},
    ("locks.yml", "propose"): {"contents", "pull-requests"},
    ("release.yml", "publish"): {"id-token", "attestations"},
    ("releases.yml", "alarm"): {"issues"},
}
# Sessions in which asv reads the whole history of the repository.
WHOLE = {"bench", "publish"}


def jobs(document):
    return document["jobs"].items()


def steps(document):
    return [step for _, job in jobs(document) for step in job["steps"]]


def triggers(document):
    on = document[True]  # YAML reads the word `on` as this
    return {on} if isinstance(on, str) else set(on)


def writes(job):
    return {right for right, level in job.get("permissions", {}).items() if level != "read"}


def sessions(step):
    return re.findall(r"^nox -s (.+?)(?: --.*)?$", step.get("run", ""), re.MULTILINE)


def of_the_whole(text, document):
    """What is wrong with a workflow by itself."""
    if document.get("permissions") != {}:
        yield "rights for all jobs"
    if "group" not in document.get("concurrency", {}):
        yield "no concurrency group"
    if document.get("defaults") != {"run": {"shell": "bash"}}:
        yield "a shell that does not stop at a mistake in a pipe"
    if {"pull_request_target", "workflow_run"} & triggers(document):
        yield "a trigger that gives others' code rights"
    if len(re.findall(r"uses: \S+@[0-9a-f]{40} # v\d", text)) != text.count("uses: "):
        yield "an action without its version beside it"


def of_a_job(job):
    if not isinstance(job.get("permissions"), dict):
        yield "no rights of its own"
    if not 0 < job.get("timeout-minutes", 0) <= 120:
        yield "no time-out"
    for step in job["steps"]:
        if "uses" in step and not PINNED.fullmatch(step["uses"]):
            yield "an action that is not pinned"
        if step.get("uses", "").startswith("actions/checkout@"):
            yield from of_a_checkout(step.get("with", {}), job)


def of_a_checkout(inputs, job):
    if inputs.get("persist-credentials") is not False:
        yield "credentials left behind"
    asked = {session for step in job["steps"] for session in sessions(step)}
    asked |= {"bench"} if any("$SHARD" in session for session in asked) else set()
    if asked & WHOLE and inputs.get("fetch-depth") != 0:
        yield "too little history for asv"


def of_others_code(document):
    """A job that a pull request sets off runs what somebody wrote: it must hold nothing."""
    if "pull_request" not in triggers(document):
        return
    for _, job in jobs(document):
        if writes(job):
            yield "a pull request that may write"
        if re.search(r"secrets\.|github\.token|'secrets'|id-token", yaml.dump(job)):
            yield "a pull request with a secret"


def faults(text):
    document = yaml.safe_load(text)
    return {
        *of_the_whole(text, document),
        *(fault for _, job in jobs(document) for fault in of_a_job(job)),
        *of_others_code(document),
    }


@pytest.mark.parametrize("file", WORKFLOWS, ids=lambda file: file.name)
def test_a_workflow_has_no_fault(file):
    assert faults(file.read_text(encoding="utf-8")) == set()


MISTAKES = {
    "rights for all jobs": ("ci.yml", "permissions: {}", "permissions: {contents: read}"),
    "no concurrency group": ("release.yml", "concurrency:\n  group:", "concurrency:\n  gruop:"),
    "a shell that does not stop at a mistake in a pipe": ("ci.yml", "    shell: bash", "    shell: sh"),
    "a trigger that gives others' code rights": ("pull-request.yml", "  pull_request:\n", "  pull_request_target:\n"),
    "an action without its version beside it": ("ci.yml", " # v6.0.2", ""),
    "no rights of its own": (
        "releases.yml",
        "    permissions:\n      contents: read # to check the code out\n    steps:",
        "    steps:",
    ),
    "no time-out": ("benchmarks.yml", "    timeout-minutes: 30\n", ""),
    "an action that is not pinned": ("release.yml", "ed0c53931b1dc9bd32cbe73a98c7f6766f8a527e", "release/v1"),
    "credentials left behind": ("releases.yml", "persist-credentials: false", "persist-credentials: true"),
    "too little history for asv": ("benchmarks.yml", "fetch-depth: 0 #", "fetch-depth: 1 #"),
    "a pull request that may write": ("ci.yml", "contents: read #", "contents: write #"),
    "a pull request with a secret": (
        "pull-request.yml",
        "HEAD^1\n        env:\n",
        "HEAD^1\n        env:\n          T: ${{ secrets.T }}\n",
    ),
}


@pytest.mark.parametrize("fault", MISTAKES)
def test_a_fault_is_found(fault):
    name, before, after = MISTAKES[fault]
    text = (ROOT / ".github" / "workflows" / name).read_text(encoding="utf-8")
    assert before in text
    assert fault in faults(text.replace(before, after, 1))


def test_only_the_jobs_that_must_write_anything_can():
    found = {
        (file.name, name): writes(job)
        for file in WORKFLOWS
        for name, job in jobs(yaml.safe_load(file.read_text(encoding="utf-8")))
        if writes(job)
    }
    assert found == WRITES


def noxfile():
    """The sessions of the noxfile, and those of them that have no environment to install into."""
    text = (ROOT / "noxfile.py").read_text(encoding="utf-8")
    scripts = dict(re.findall(r'^    "(\w+)": Script\((.*)', text, re.MULTILINE))
    written = re.findall(r"^@(?:nox.session|in_each_series)\ndef (\w+)", text, re.MULTILINE)
    return {*scripts, *written}, {name for name, words in scripts.items() if 'installed=""' in words}


@pytest.mark.parametrize("file", WORKFLOWS, ids=lambda file: file.name)
def test_what_a_workflow_runs_is_nox_sessions(file):
    known, _ = noxfile()
    for step in steps(yaml.safe_load(file.read_text(encoding="utf-8"))):
        lines = [line for line in step.get("run", INSTALL).splitlines() if not line.startswith("read -r -a ")]
        assert all(line == INSTALL or line.startswith("nox -s ") for line in lines)
        assert {name for asked in sessions(step) for name in asked.split() if "$" not in name} <= known


@pytest.mark.parametrize(("name", "job"), WRITES)
def test_a_job_that_may_write_installs_nothing_but_nox(name, job):
    document = yaml.safe_load((ROOT / ".github" / "workflows" / name).read_text(encoding="utf-8"))
    asked = {session for step in document["jobs"][job]["steps"] for session in sessions(step)}
    assert asked <= noxfile()[1]


def test_the_action_is_of_pinned_actions_and_holds_no_secret():
    text = (ROOT / "action.yml").read_text(encoding="utf-8")
    asked = [step["uses"] for step in yaml.safe_load(text)["runs"]["steps"] if "uses" in step]
    assert asked
    assert all(PINNED.fullmatch(each) for each in asked)
    assert "secrets" not in text
    assert "github.token" not in text


def imported(script):
    """The modules that a script imports anywhere in it, and those that the scripts among them import."""
    nodes = list(ast.walk(ast.parse((ROOT / "scripts" / f"{script}.py").read_text(encoding="utf-8"))))
    found = {node.module.split(".")[0] for node in nodes if isinstance(node, ast.ImportFrom)}
    found |= {each.name.split(".")[0] for node in nodes if isinstance(node, ast.Import) for each in node.names}
    ours = {name for name in found if (ROOT / "scripts" / f"{name}.py").exists()}
    return (found - ours).union(*map(imported, ours))


@pytest.mark.parametrize("session", sorted(noxfile()[1]))
def test_a_session_without_an_environment_needs_the_standard_library_alone(session):
    assert imported(session) <= sys.stdlib_module_names


def test_what_a_workflow_plans_by_has_what_it_asks():
    text = (ROOT / "noxfile.py").read_text(encoding="utf-8")
    assert re.search(r'"plan": Script\(installed="nox asv_runner"\)', text), "scripts/plan.py needs both"
