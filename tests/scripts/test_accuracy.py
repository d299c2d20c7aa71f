"""Tables of accuracy from constructed answers, and peers that are not asked twice."""

import re
from functools import partial
from pathlib import Path

import accuracy
import accuracy_page
import answers as answers_
import pytest
from accuracy_page import OURS
from answers import Answer, Run, Setting
from truths import Control

LEAKS = [Control(Path("/w/leak_a.py"), "leaking", 80.0), Control(Path("/w/leak_b.py"), "leaking", 4.2)]
STEADY = Control(Path("/w/steady.py"), "clean", 0.0)
CHOSEN = [*LEAKS, STEADY]
RIGHT = ("leaking", "leaking", "clean")
IDLE = Setting()


def run(verdicts=RIGHT, setting=IDLE, seconds=2.0):
    """A run in which the controls got these verdicts."""
    pairs = zip(CHOSEN, verdicts, strict=True)
    return Run(setting, tuple(Answer(control, verdict, seconds, f"{verdict}: why") for control, verdict in pairs))


def runs(*all_verdicts):
    """Idle runs with seeds from 1 on."""
    return [run(verdicts, Setting(seed)) for seed, verdicts in enumerate(all_verdicts, start=1)]


@pytest.mark.parametrize(
    ("counts", "total", "text"),
    [
        ([51], 51, "51 of 51"),
        ([0], None, "0"),
        ([51] * 10, 51, "51 of 51 in 10 of 10 runs"),
        ([51, 50, 51], 51, "51 of 51 in 2 of 3 runs, 50 in 1"),
        ([0, 2, 1, 0], None, "0 in 2 of 4 runs, 1 in 1, 2 in 1"),
    ],
)
def test_a_count_is_told_with_the_runs_in_which_it_occurred(counts, total, text):
    assert accuracy_page.spread(counts, total) == text


def test_a_row_tells_of_one_run_what_it_found_and_how_long_it_took():
    verdicts = ("leaking", "undecided", "leaking")
    assert accuracy_page.row("a", [run(verdicts)]) == "| a | 1 of 2 | 1 of 1 | 1 | 80 B/op | 2.0 | 2 |"


def test_the_smallest_leak_of_several_runs_is_one_that_all_of_them_found():
    cells = accuracy_page.row("a", runs(RIGHT, ("leaking", "clean", "clean"))).split(" | ")
    assert cells[1] == "1 of 2 in 1 of 2 runs, 2 in 1"
    assert cells[4] == "80 B/op"


def test_conditions_have_lines_of_their_own_where_there_are_two():
    both = [run(setting=Setting(1, "idle")), run(("clean", "leaking", "clean"), Setting(2, "busy"), seconds=8.0)]
    total, idle, busy = accuracy_page.our_rows(both)
    assert total.startswith("| **find-mem-leaks** | 1 of 2 in 1 of 2 runs, 2 in 1 |")
    assert idle == "| – on an otherwise idle machine | 2 of 2 | 0 of 1 | 0 | 4.2 B/op | 2.0 | 2 |"
    assert busy == "| – beside 2 busy processes | 1 of 2 | 0 of 1 | 0 | 4.2 B/op | 8.0 | 8 |"
    assert len(accuracy_page.our_rows(both[:1])) == 1


@pytest.mark.parametrize(
    ("verdicts", "sign"),
    [
        (["leaking"], "✅"),
        (["clean"], "❌"),
        (["undecided"], "❓"),
        (["leaking"] * 10, "✅"),
        (["leaking", "clean", "leaking"], "❌ 1 of 3"),
        (["undecided", "clean", "undecided"], "❌ 1, ❓ 2 of 3"),
    ],
)
def test_a_control_is_right_only_if_all_runs_were(verdicts, sign):
    assert accuracy_page.sign([Answer(LEAKS[0], verdict, 1.0, "") for verdict in verdicts]) == sign


def test_each_mistake_is_told_with_its_settings_and_its_reason():
    text = accuracy_page.mistakes(runs(RIGHT, ("clean", "undecided", "leaking"), ("clean", "leaking", "undecided")))
    assert text.split("\n\n")[1:] == [
        "Leaks missed: 1.\n- `leak_a`: 2 of 3 runs (idle, seed 2; idle, seed 3). clean: why",
        "False alarms: 1.\n- `steady`: 1 of 3 runs (idle, seed 2). leaking: why",
        "Undecided leaks: 1.\n- `leak_b`: 1 of 3 runs (idle, seed 2). undecided: why",
        "Undecided clean workloads: 1.\n- `steady`: 1 of 3 runs (idle, seed 3). undecided: why",
    ]


def test_no_mistakes_are_told_as_none():
    assert accuracy_page.mistakes(runs(RIGHT)).count(": none.") == 4


def test_the_page_names_its_command_its_settings_and_every_control():
    peer = next(iter(accuracy_page.NAMES))
    ours = [run(setting=Setting(1, "idle")), run(("leaking", "clean", "clean"), Setting(2, "busy"))]
    page = accuracy_page.page({OURS: ours, peer: [run(("leaking", "clean", "leaking"))]}, "nox -s accuracy")
    assert "3 small workloads of known truth (`tests/controls`): 2 that leak, 1 that" in page
    assert "with 2 seeds, 1 on an otherwise idle machine, 1 beside 2 busy processes;\nthe peers once" in page
    assert "Made by `nox -s accuracy`." in page
    assert "| leak_b | leaking | 4.2 | ❌ 1 of 2 | ❌ |" in page
    assert "- `leak_b`: 1 of 2 runs (busy, seed 2). clean: why" in page


def test_the_page_of_this_tool_alone_speaks_of_no_run_of_the_peers():
    assert "the peers once" not in accuracy_page.page({OURS: [run()]}, "nox -s accuracy -- --only-ours")


def kept_in(folder):
    return {file.stem for file in folder.iterdir()}


def test_a_peer_is_asked_only_about_what_was_not_kept(tmp_path):
    kept = Answer(STEADY, "clean", 1.0, "kept")
    answers_.write(tmp_path / f"{STEADY.name}.json", kept)
    asked = []

    def ask(control):
        asked.append(control)
        return Answer(control, "leaking", 1.0, "new")

    answers = accuracy.all_answers(ask, CHOSEN, tmp_path)
    assert sorted(control.name for control in asked) == ["leak_a", "leak_b"]
    assert [answer.control for answer in answers] == CHOSEN
    assert answers[-1] == kept
    assert kept_in(tmp_path) == {control.name for control in CHOSEN}


def test_a_peer_that_gave_no_answer_is_asked_again(tmp_path):
    folder = tmp_path / "peer"
    python = str(tmp_path / "no-interpreter")
    Path(python).write_text("#!/bin/sh\nexit 1\n")
    Path(python).chmod(0o755)
    answers = accuracy.all_answers(partial(accuracy.ask_peer, python, "psleak"), CHOSEN, folder)
    assert {answer.verdict for answer in answers} == {"undecided"}
    assert kept_in(folder) == set()


def test_answers_before_an_interruption_are_kept(tmp_path):
    folder = tmp_path / "peer"

    def ask(control):
        if control == STEADY:
            raise KeyboardInterrupt
        return Answer(control, "leaking", 1.0, "")

    with pytest.raises(KeyboardInterrupt):
        accuracy.all_answers(ask, CHOSEN, folder)
    assert kept_in(folder) == {"leak_a", "leak_b"}


@pytest.fixture
def asked(monkeypatch):
    """Runs of this tool and of a peer without measuring; which of both were asked for."""
    asked = []

    def note(who, answer):
        def ask(python, chosen, *_):
            asked.append((who, python, [control.name for control in chosen]))
            return answer

        return ask

    monkeypatch.setattr(accuracy, "our_runs", note("ours", [run(), run(("clean", "leaking", "clean"), Setting(2))]))
    monkeypatch.setattr(accuracy, "peer_runs", note("peers", {"psleak": [run()]}))
    monkeypatch.setattr(accuracy, "controls", lambda *_: CHOSEN)
    return asked


def report(*words):
    return accuracy.report(accuracy.parser().parse_args(words))


def test_all_detectors_are_asked_by_default(asked):
    assert "| psleak, memory checkers | 2 of 2 |" in report("a", "b")
    assert [(who, python) for who, python, _ in asked] == [("ours", "a"), ("peers", "b")]


@pytest.mark.parametrize("words", [["a"], ["a", "b", "--only-ours"], ["a", "b", "--workloads", "own"]])
def test_peers_are_left_out_if_there_are_none_or_only_we_are_asked(asked, words):
    report(*words)
    assert [who for who, *_ in asked] == ["ours"]


def test_of_other_workloads_the_mistakes_are_told_and_no_page_of_the_controls(asked):
    text = report("a", "--workloads", "own")
    assert text.startswith("| detector |")
    assert "Leaks missed: 1.\n- `leak_a`: 1 of 2 runs" in text
    assert "tests/controls" not in text


def test_there_is_a_seed_at_least(capsys):
    with pytest.raises(SystemExit):
        accuracy.parser().parse_args(["a", "--seeds", "0"])
    assert re.search(r"--seeds: .*0", capsys.readouterr().err)
