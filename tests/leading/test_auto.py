import time
from types import SimpleNamespace

import pytest

from find_mem_leaks.judging.rules import Horizon, Rules
from find_mem_leaks.judging.verdict import Verdict, judge
from find_mem_leaks.leading import auto
from find_mem_leaks.leading.recorder import Recorder
from led import Measured, lead, order


def test_the_first_round_begins_with_the_memory_before_the_very_first_operation():
    class Growing(Measured):
        async def ask(self, seconds, **request):
            reply = await super().ask(seconds, **request)
            return {**reply, "rss": 1_000 + self.operations} if request["do"] == "prepare" else reply

    rounds = lead(auto.auto, Growing(), order()).rounds
    assert rounds[0].initial_rss == 1_000
    assert rounds[1].initial_rss > 1_000


def test_the_auto_protocol_stops_when_the_verdict_is_decided():
    measured = Measured()
    found = lead(auto.auto, measured, order())
    assert judge(found, Rules()).verdict is Verdict.CLEAN
    assert 1 <= Rules().acquit.share(found) < 3
    assert sum(round_.warm_up for round_ in found.rounds) == 3


def test_the_auto_protocol_looks_longer_before_it_convicts_than_before_it_acquits():
    found = lead(auto.auto, Measured(rate=16), order())
    verdict = judge(found, Rules())
    assert verdict.verdict is Verdict.LEAKING
    assert Rules().convict.share(found) >= 1
    assert verdict.bytes.low <= 16 <= verdict.bytes.high


@pytest.mark.parametrize("seed", [0, 1, 4])
def test_the_last_round_is_no_longer_than_an_acquittal_takes(seed):
    found = lead(auto.auto, Measured(), order(seed=seed))
    assert judge(found, Rules()).verdict is Verdict.CLEAN
    assert 1 <= Rules().acquit.share(found) < 1.06


def test_nothing_is_judged_before_it_can_be_decided(monkeypatch):
    shares = []
    monkeypatch.setattr(
        auto, "judge", lambda series, rules: shares.append(rules.acquit.share(series)) or judge(series, rules)
    )
    lead(auto.auto, Measured(), order())
    assert shares
    assert min(shares) >= 1


@pytest.mark.parametrize("rate", [200_000, 5_000_000, 10_000_000])
def test_a_leak_of_much_memory_an_operation_has_its_verdict_before_memory_runs_out(rate):
    found = lead(auto.auto, Measured(rate=rate), order())
    judged = judge(found, Rules(), last=True)
    assert judged.verdict is Verdict.LEAKING
    assert judged.bytes.low <= rate <= judged.bytes.high


def test_memory_that_runs_out_at_once_is_said():
    found = lead(auto.auto, Measured(rate=500_000_000), order())
    assert judge(found, Rules(), last=True).reason.startswith("memory grew by ")


def test_rounds_and_stretches_have_lengths_of_no_period():
    measured = Measured()
    found = lead(auto.auto, measured, order())
    lengths = [round_.operations for round_ in found.rounds]
    assert len(set(lengths)) == len(lengths)
    stretches = [request["operations"] for request in measured.requests if request["do"] == "stretch"]
    assert len(set(stretches)) > 50


def test_one_seed_gives_one_series_of_requests():
    first, again, other = Measured(), Measured(), Measured()
    lead(auto.auto, first, order())
    lead(auto.auto, again, order())
    lead(auto.auto, other, order(seed=1))
    assert first.requests == again.requests
    assert first.requests != other.requests


def test_slow_operations_make_short_rounds_and_quick_ones_long_rounds():
    slow = lead(auto.auto, Measured(seconds=0.05), order(rules=Rules(acquit=Horizon(work=1e9, seconds=1.0))))
    quick = lead(auto.auto, Measured(seconds=1e-7), order())
    assert max(round_.operations for round_ in slow.rounds) < 100
    assert max(round_.operations for round_ in quick.rounds) > 6_000


class Costly(Measured):
    """Looks that take the longer the more operations there were, by the measured process's own clock."""

    async def ask(self, seconds, **request):
        self.looking = self.each + self.more * self.operations
        return await super().ask(seconds, **request)


@pytest.mark.parametrize(("more", "longest"), [(1e-6, auto.LONGEST), (0.0, auto.MOST_OPERATIONS)])
def test_rounds_get_longer_where_looks_have_become_costly(monkeypatch, more, longest):
    measured = Costly(rate=16, seconds=2e-6)
    measured.each, measured.more = 0.001, more
    monkeypatch.setattr(auto, "time", SimpleNamespace(monotonic=lambda: measured.clock))
    found = lead(auto.auto, measured, order(time_cap=10_000.0))
    lengths = [round_.operations for round_ in found.rounds]
    assert longest * 0.9 < max(lengths) <= longest * auto.DITHER[1]
    assert judge(found, Rules()).verdict is Verdict.LEAKING


def test_the_time_cap_ends_a_cell_that_nothing_decides():
    started = time.monotonic()
    rules = Rules(acquit=Horizon(work=1e18, seconds=1e9))
    found = lead(auto.auto, Measured(), order(time_cap=0.3, rules=rules))
    assert time.monotonic() - started < 5
    assert judge(found, rules).verdict is Verdict.INCONCLUSIVE


@pytest.fixture
def on_its_clock(monkeypatch):
    """Let time pass as the operations of the measured process take it."""

    def led(measured):
        monkeypatch.setattr(auto, "time", SimpleNamespace(monotonic=lambda: measured.clock))
        found = lead(auto.auto, measured, order(time_cap=60.0))
        return judge(found, Rules(), last=True), found

    return led


@pytest.mark.parametrize("seconds", [0.013, 0.025, 0.13, 0.5, 1.0])
def test_operations_of_up_to_a_second_have_their_verdict_within_a_minute(on_its_clock, seconds):
    Measured.looking, looking = 0.001, Measured.looking
    try:
        for rate, verdict in ((0.0, Verdict.CLEAN), (max(16.0, 300 * seconds), Verdict.LEAKING)):
            measured = Measured(rate=rate, seconds=seconds)
            judged, found = on_its_clock(measured)
            assert judged.verdict is verdict, (rate, judged.reason)
            assert measured.clock < 62
            assert len(found.measured) >= 3
            if verdict is Verdict.CLEAN:
                assert "1 MB an hour at" in judged.reason
    finally:
        Measured.looking = looking


class Slowing(Measured):
    """Operations that take the longer the more there were, and looks likewise, on a busy machine."""

    def __init__(self):
        super().__init__(rate=20_000)

    async def ask(self, seconds, **request):
        if request["do"] == "prepare":
            self.planned = 0  # a round may have been broken off
        so_far = self.operations + request.get("operations", 0) / 2
        self.seconds, self.looking = 0.02 + 0.00036 * so_far, 1.0 + 0.01 * self.operations
        return await super().ask(seconds, **request)


def test_operations_that_slow_down_without_end_do_not_go_on_far_beyond_the_cap(on_its_clock):
    measured = Slowing()
    _, found = on_its_clock(measured)
    assert measured.clock < 90  # a round with its looks, in which the cap was reached
    assert max(round_.seconds for round_ in found.rounds) < 15


def test_a_moment_in_which_the_machine_is_busy_makes_no_more_than_one_round_short():
    class Interrupted(Measured):
        async def ask(self, seconds, **request):
            self.seconds = 0.01 if 20_000 < self.operations < 21_000 else 1e-4
            self.planned = 0 if request["do"] == "prepare" else self.planned  # a round may break off
            return await super().ask(seconds, **request)

    lengths = [round_.operations for round_ in lead(auto.auto, Interrupted(), order(time_cap=8.0)).rounds]
    usual = lengths[3]
    short = [number for number, length in enumerate(lengths) if length < usual / 4]
    assert len(short) == 1
    assert lengths[short[0] + 1] > usual / 4


def test_the_warm_up_is_over_once_it_has_taken_long(on_its_clock):
    _, slow = on_its_clock(Measured(seconds=1.0))
    _, quicker = on_its_clock(Measured(seconds=0.13))
    assert [sum(round_.warm_up for round_ in found.rounds) for found in (slow, quicker)] == [1, 3]


@pytest.mark.parametrize(
    ("lacking", "seconds", "late"), [(True, 9, False), (True, 31, False), (True, 51, True), (False, 31, True)]
)
def test_a_cell_has_more_time_for_the_operations_without_which_there_is_no_acquittal(lacking, seconds, late):
    recorder = Recorder(lambda _: None)
    fewest = recorder.series.operations + lacking
    patient = order(rules=Rules(fewest=fewest), grace=20.0)
    assert auto._is_late(patient, recorder, seconds) is late


def test_a_busy_machine_carries_out_the_fewest_operations_of_an_acquittal():
    found = lead(auto.auto, Measured(seconds=0.01), order(rules=Rules(fewest=2_000)))
    assert judge(found, Rules(fewest=2_000)).verdict is Verdict.CLEAN
    assert 2_000 <= found.operations < 3_000
    assert lead(auto.auto, Measured(seconds=0.01), order()).operations < 2_000
