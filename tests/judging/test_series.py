from dataclasses import replace

import pytest

from find_mem_leaks.judging.evidence import Evidence
from find_mem_leaks.judging.probes import LIVE_BYTES
from find_mem_leaks.judging.rules import Rules
from find_mem_leaks.judging.series import ENTRIES, FILL, ROUNDS, Series
from series_of import series


def test_the_warm_up_does_not_count():
    measured = series(lambda n: n, rounds=5)
    assert len(measured.rounds) == 8
    assert measured.operations == sum(round_.operations for round_ in measured.rounds[3:])
    assert len(list(measured.samples())) == 5 * 32


def test_a_round_reads_as_its_lowest_sample():
    first = series(lambda n: n, noise=1_000).rounds[0]
    assert first.live_bytes == min(sample.live_bytes for sample in first.samples)
    assert first.blocks == min(sample.blocks for sample in first.samples)


def test_thinning_halves_the_rounds_and_keeps_the_horizon_and_the_lowest_readings():
    measured = series(lambda n: 3 * n, noise=1_000, rounds=129, operations=100)
    thinned = measured.thinned()
    assert len(thinned.measured) == 65
    assert thinned.operations == measured.operations
    assert abs(thinned.seconds - measured.seconds) < 1e-9
    assert thinned.rounds[3].live_bytes == min(round_.live_bytes for round_ in measured.rounds[3:5])
    assert thinned.rounds[3].counts[0] == thinned.rounds[3].operations
    assert thinned.rounds[-1] == measured.rounds[-1]
    operations = [sample.operations for sample in thinned.samples()]
    assert operations == sorted(operations)


def test_what_is_long_past_keeps_as_many_rounds_as_what_is_recent_however_often_it_is_thinned():
    measured, so_far = series(lambda n: n, rounds=1_500, operations=50), Series(())
    for round_ in measured.rounds:
        so_far = replace(so_far, rounds=(*so_far.rounds, round_))
        if len(so_far.measured) >= 128:
            so_far = so_far.thinned()
    assert so_far.operations == measured.operations
    assert len(so_far.measured) < 128
    assert max(round_.operations for round_ in so_far.measured) <= so_far.operations / ROUNDS


def without(round_, name):
    """The round with a count missing from its last look."""
    *samples, last = round_.samples
    counts = {key: value for key, value in last.counts.items() if key != name}
    return replace(round_, samples=(*samples, replace(last, counts=counts)))


def test_a_count_is_a_column_only_if_every_look_has_it():
    measured = series(lambda n: n, threads=lambda n: n // 40, rounds=4)
    assert measured.columns()["threads"][-1] > measured.columns()["threads"][0]
    first, *others = measured.rounds
    for cut in (measured.columns, replace(measured, rounds=(without(first, "threads"), *others)).columns):
        assert ("threads" in cut()) == ("threads" in cut(warm_up=False)) == (cut == measured.columns)
        assert "descriptors" in cut()


def test_thinning_keeps_the_lowest_counts():
    measured = series(lambda n: n, threads=lambda n: n // 40, rounds=70)
    pair = measured.rounds[3].samples[:2]
    assert measured.thinned().rounds[3].samples[0].counts == {
        name: min(sample.counts[name] for sample in pair) for name in pair[0].counts
    }


def test_thinning_keeps_the_entries_and_the_fill_that_go_with_the_live_bytes():
    def full(number, live_bytes, entries):
        [sample] = (replace(each, operations=number, live_bytes=live_bytes) for each in small.rounds[0].samples[:1])
        return replace(sample, counts={**sample.counts, ENTRIES: entries, FILL: entries})

    small = series(lambda n: 0, rounds=70)
    rounds = [
        replace(round_, samples=(full(1, 700, 3), full(2, 500, 9))) if not round_.warm_up else round_
        for round_ in small.rounds
    ]
    thinned = replace(small, rounds=tuple(rounds)).thinned().measured[0].samples[0]
    assert (thinned.live_bytes, thinned.counts[ENTRIES]) == (500, 9)
    assert thinned.counts[FILL] == 9


@pytest.mark.parametrize("noise", [300, 30_000])
def test_more_operations_never_widen_the_interval(noise):
    measured, so_far, widths = series(lambda n: 0, noise=noise, rounds=800, operations=100), Series(()), []
    for number, round_ in enumerate(measured.rounds):
        so_far = replace(so_far, rounds=(*so_far.rounds, round_))
        if len(so_far.measured) >= 128:
            so_far = so_far.thinned()
        if number in (100, 200, 400, 800):
            interval = Evidence(so_far, Rules(), last=False).growth(LIVE_BYTES).interval
            widths.append(interval.high - interval.low)
    assert widths == sorted(widths, reverse=True)
