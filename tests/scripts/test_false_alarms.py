"""The bound on the rate of false alarms, and the page from constructed verdicts."""

from types import SimpleNamespace

import false_alarms
import pytest
from answers import Setting
from false_alarms import Outcome

from find_mem_leaks.judging.verdict import Verdict


@pytest.mark.parametrize(
    ("events", "runs", "bound"),
    [
        (0, 1, 0.95),
        (0, 585, 0.0051078204),  # 1 - 0.05 ** (1 / 585)
        (3, 100, 0.0757107937),  # what any table of exact binomial limits has as 7.57 %
        (99, 100, 0.999487199),  # 0.95 ** (1 / 100)
    ],
)
def test_the_bound_is_clopper_and_pearsons(events, runs, bound):
    assert false_alarms.upper_bound(events, runs) == pytest.approx(bound, abs=1e-8)


def test_no_rate_is_too_large_if_every_run_was_an_alarm():
    assert false_alarms.upper_bound(5, 5) == pytest.approx(1)


def outcomes(condition, seed, *verdicts):
    setting = Setting(seed, condition)
    return [Outcome(f"steady_{number}", setting, Verdict(verdict)) for number, verdict in enumerate(verdicts)]


def test_the_page_counts_verdicts_of_all_runs_and_of_each_condition():
    runs = [
        *outcomes("busy", 1, "clean", "leaking"),
        *outcomes("idle", 2, "clean", "bounded"),
        *outcomes("busy", 3, "clean", "inconclusive"),
    ]
    assert false_alarms.report(runs, outcomes("idle", 0, "clean"), "nox -s false_alarms").splitlines()[2:] == [
        "Made by `nox -s false_alarms`.",
        "",
        "- 6 runs of 2 clean controls, 3 seeds: 3 clean, 1 leaking, 1 bounded, 1 inconclusive.",
        "  Called leaking: 1, that is 16.67%; under 58.18% at 95 % confidence.",
        "  - 2 on an otherwise idle machine, 1 seed: 1 clean, 1 bounded.",
        "  - 4 beside 2 busy processes, 2 seeds: 2 clean, 1 leaking, 1 inconclusive.",
        "  - `steady_1` (busy, seed 1): leaking",
        "- 1 lengths of the fixed protocol's rounds (30 of 1000 operations and up)",
        "  on `steady_garbage_cleared_every_200`: 1 clean.",
    ]


def test_each_length_of_the_sweep_has_a_results_file_of_its_own(tmp_path, monkeypatch):
    calls = []

    def measure(python, chosen, output, *options):
        calls.append((output.name, options))
        return [SimpleNamespace(stack=chosen[0].name, verdict=Verdict.CLEAN)]

    monkeypatch.setattr(false_alarms.ours, "measure", measure)
    swept = false_alarms.sweep(tmp_path, 2)
    assert [each.control for each in swept] == [false_alarms.SWEPT] * 2
    assert [name for name, _ in sorted(calls)] == ["sweep-1000.json", "sweep-1001.json"]
    assert min(calls)[1] == ("--rounds", "30", "--operations", "1000", "-j", "1")
