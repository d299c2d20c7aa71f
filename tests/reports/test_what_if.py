import io
from dataclasses import replace

from rich.console import Console

from cells import cell, failed
from find_mem_leaks.judging.trials import AGAIN, Trial
from find_mem_leaks.reports import what_if
from find_mem_leaks.reports.why import WIDTH

MB = 1_000_000


def trial(name, growth, seconds=2.0, **changes):
    return Trial(name, name, 1_000, seconds, seconds - 1, 50 * MB + growth, growth, 60 * MB + growth, **changes)


TRIALS = (
    trial("as it is", 700 * MB),
    trial("gc.collect() every 100 operations", 93 * MB, seconds=2.5),
    trial("malloc_trim every 100 operations", 695 * MB),
    trial("PYTHONMALLOC=malloc", 720 * MB),
    trial("MALLOC_ARENA_MAX=2", 700 * MB),
    Trial("jemalloc", "jemalloc", error="not installed here: the Debian package libjemalloc2 has it"),
    replace(trial("as it is, again", 700 * MB, seconds=2.4), change=AGAIN),
)


def printed(*cells):
    out = io.StringIO()
    what_if.render(cells, Console(file=out, width=200, highlight=False))
    return out.getvalue()


def test_each_change_has_its_figures_and_its_speed_beside_the_run_as_it_is():
    rows = what_if.rows(TRIALS)
    assert rows[0] == ("as it is", "750", "700", "760", "500", "1.00", "1.00")
    assert rows[1] == ("gc.collect() every 100 operations", "143", "93.0", "153", "400", "0.80", "1.50")
    assert rows[-2] == ("jemalloc", *["–"] * 6)
    assert what_if.rows([]) == []


def test_without_the_first_run_figures_are_told_and_no_speed():
    broken = Trial("as_it_is", "as it is", error="killed by SIGKILL")
    assert what_if.rows([broken, TRIALS[1]])[1][-3:] == ("400", "–", "–")
    assert what_if.sentences([broken, TRIALS[1]]) == ["as it is: killed by SIGKILL"]


def test_the_sentences_say_what_gives_back_how_much_and_what_could_not_be_tried():
    grown = "700 MB that resident memory grew by over 1,000 operations"
    differs = "Speed differs by 17 % between the two runs as it is"
    assert what_if.sentences(TRIALS) == [
        f"Given back, of the {grown}: 607 MB by gc.collect() every 100 operations.",
        "Less than a tenth: 5.0 MB by malloc_trim every 100 operations.",
        "It grew by more: 20.0 MB with PYTHONMALLOC=malloc.",
        f"{differs}: the machine is busy, or the runs are short. CPU/op says more.",
        "jemalloc: not installed here: the Debian package libjemalloc2 has it",
    ]


def test_no_line_is_wider_than_the_tests_of_a_verdict_are():
    out = io.StringIO()
    what_if.render([replace(cell(16), trials=TRIALS)], Console(file=out, width=WIDTH, highlight=False))
    lines = out.getvalue().splitlines()
    assert max(map(len, lines)) <= WIDTH
    assert any("│ gc.collect() every 100 operations │" in line for line in lines)


def test_where_nothing_helps_or_memory_hardly_grows_that_is_said():
    assert what_if.sentences([trial("as it is", 700 * MB), trial("a", 700 * MB)]) == [
        "Nothing that was tried gives back a tenth of the 700 MB that resident memory grew by over 1,000 operations."
    ]
    little = [trial("as it is", 3 * MB), trial("a", 0), trial("b", 9 * MB)]
    assert what_if.sentences(little) == [
        "The 3.0 MB that resident memory grew by over 1,000 operations are too little to tell what gives growth back."
    ]


def test_a_cell_is_printed_with_its_table_and_one_without_trials_in_a_line():
    text = printed(replace(cell(16), trials=TRIALS), cell(), cell(not_deployed="killed by SIGKILL"), failed())
    assert "❌ sqlalchemy2x_sync_session balanced: what would help" in text
    assert "Growth MB" in text
    assert "Given back, of the 700 MB" in text
    name = "sqlalchemy2x_sync_session balanced"
    why = "no change was tried, since nothing was carried out hands-off"
    assert text.splitlines()[-3:] == [
        f"✅ {name}: {why}",
        f"✅ {name}: {why} (killed by SIGKILL)",
        f"💥 {name}: {why} (killed by SIGKILL)",
    ]
