import json
from dataclasses import replace
from datetime import UTC, datetime
from html.parser import HTMLParser

from cells import cell, failed
from deployed_of import BEGIN, MEBIBYTE, deployed
from find_mem_leaks.culprit import Culprit, Frame
from find_mem_leaks.judging.trials import Trial
from find_mem_leaks.reports import page, plot

MADE = datetime(2026, 1, 2, 3, 4, tzinfo=UTC)
HOSTILE = "<script>alert(1)</script>\"'&"
OWN = {"mix": None, "sqlalchemy": None, "packages": {"sqlalchemy": None}}


class Reader(HTMLParser):
    """The tags, attributes and texts of a page, and what its element of data holds."""

    def __init__(self, text):
        super().__init__()
        self.tags, self.attributes, self.text, self.data = [], [], [], ""
        self._inside = None
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.attributes += attrs
        self._inside = dict(attrs).get("id") if tag == "script" else None

    def handle_data(self, data):
        if self._inside == "data":
            self.data += data
        elif self.lasttag not in {"script", "style"}:
            self.text.append(data)


def read(*cells):
    return Reader(page.render(cells, MADE))


def culprit(**changes):
    stack = (Frame("append", "/app/blog.py", 14), Frame("operation", "/app/blog.py", 3))
    return replace(Culprit(stack, 1.0, 1033.0, "bytearray", "dict app.SEEN"), **changes)


def test_nothing_is_asked_of_anybody():
    found = read(cell(16, culprits=(culprit(),)), failed())
    links = [value for name, value in found.attributes if name in {"src", "href", "action", "srcset", "data"}]
    assert links
    assert all(link.startswith(("#", "data:")) for link in links)
    assert "link" in found.tags
    assert not {"iframe", "object", "embed", "img"} & set(found.tags)


def test_only_the_scripts_of_the_page_may_run_and_nothing_may_be_fetched():
    policy = next(value for _, value in read(cell()).attributes if value and value.startswith("default-src"))
    assert policy.startswith("default-src 'none'; script-src 'sha256-")
    assert "unsafe-inline' 'sha" not in policy
    assert "unsafe-eval" not in policy


def test_text_of_others_is_never_markup():
    frame = Frame(HOSTILE, HOSTILE, 1)
    bad = Culprit((frame, frame), 1, 1, HOSTILE, HOSTILE)
    texts = {"stack": HOSTILE, "scenario": HOSTILE, "reason": HOSTILE, "error": HOSTILE, "explained": HOSTILE}
    tame = read(cell(16, culprits=(culprit(),), error="e", explained="e", file="f", **OWN))
    wild = read(cell(16, culprits=(bad,), file=HOSTILE, python=HOSTILE, **texts, **OWN))
    assert wild.tags.count("script") == tame.tags.count("script")
    assert {tag for tag in wild.tags if tag != "wbr"} == {tag for tag in tame.tags if tag != "wbr"}
    assert HOSTILE in "".join(wild.text)


def test_the_data_for_the_scripts_cannot_end_their_element():
    bad = Culprit((Frame(HOSTILE, HOSTILE, 1),), 1, 1, None, None)
    text = page.render([cell(16, culprits=(bad,))], MADE)
    start = text.index('id="data">') + len('id="data">')
    data = text[start : text.index("</script>", start)]
    assert not set("<>&") & set(data)
    assert json.loads(data)["cells"]["sqlalchemy2x_sync_session.balanced"]["culprits"][0]["frames"]


def test_a_name_that_is_no_text_does_not_stop_the_page():
    assert "\\udc80" in page.render([cell(stack="caf\udc80")], MADE).encode("utf-8", "backslashreplace").decode()


def test_a_cell_says_its_verdict_and_size_to_who_does_not_see_its_colour():
    labels = [
        value for name, value in read(cell(3_220), failed(scenario="read_heavy")).attributes if name == "aria-label"
    ]
    assert "leaking, 3,220 bytes per operation" in labels
    assert "failed" in labels


def test_figures_of_the_data_are_those_of_the_results():
    found = json.loads(read(cell(16)).data)["cells"]["sqlalchemy2x_sync_session.balanced"]
    samples = {sample.operations: sample for round_ in cell(16).rounds for sample in round_.samples}
    columns = found["samples"]
    assert 60 <= len(columns["operations"]) <= plot.MOST_SAMPLES
    for operations, live, rss in zip(columns["operations"], columns["live"], columns["rss"], strict=True):
        assert (samples[operations].live_bytes, samples[operations].rss) == (live, rss)
    assert found["warm_up"] == cell().rounds[2].samples[-1].operations


def test_a_cell_without_rounds_has_nothing_to_draw():
    assert plot.data(failed()) == {"samples": {"operations": [], "live": [], "rss": []}, "warm_up": 0, "fit": None}
    assert "data-plot" not in dict(read(failed()).attributes)


def test_a_cell_has_the_areas_and_the_parts_of_its_hands_off_part():
    shown = read(cell(deployed=deployed(garbage=3 * MEBIBYTE, kept_by_heap=-MEBIBYTE)), failed())
    text = " ".join("".join(shown.text).split())
    assert shown.tags.count("svg") == 1
    assert shown.tags.count("polygon") == 3
    assert "garbage not yet collected3.00150 %" in text
    assert "kept by the C heap-1.00-50 %" in text
    assert "growth in all2.00100 %" in text
    assert [value for name, value in shown.attributes if name == "style" and "width" in value] == ["width:100%"] * 2
    assert "There is no hands-off part: the cell failed before." in text


def left(**settings):
    shown = read(cell(deployed=deployed(files=2 * MEBIBYTE, settings=settings)))
    return next(text for text in shown.text if text.startswith("A second process"))


def test_a_hands_off_part_says_what_it_did_and_how_it_was_set():
    assert left() == (
        "A second process carried out 4,800 operations as it is deployed, and nothing was forced. "
        "Its resident memory went from 50.00 to 52.00 MB, with 0 full collections. "
        "Its garbage collector is on, with thresholds 700, 10, 10."
    )
    assert left(collections=[30, 3, 1]).endswith(
        "with 1 full collection. Its garbage collector is on, with thresholds 700, 10, 10."
    )
    environment = {"MALLOC_ARENA_MAX": "1", "PYTHONMALLOC": "malloc"}
    assert left(enabled=False, frozen=12_000, environment=environment).endswith(
        "Its garbage collector is off; 12,000 objects are frozen; MALLOC_ARENA_MAX=1; PYTHONMALLOC=malloc."
    )


def test_settings_of_others_are_never_markup():
    wild = read(cell(deployed=deployed(settings={"environment": {"PYTHONMALLOC": HOSTILE}})))
    tame = read(cell(deployed=deployed()))
    assert wild.tags == tame.tags
    assert HOSTILE in "".join(wild.text)


def test_a_leaking_cell_says_what_grows_beside_its_verdict():
    shown = read(cell(16), cell(scenario="read_heavy"))
    assert shown.text.count("live memory") == 2  # in the table, and in the cell's own details


def test_the_peak_is_that_of_the_hands_off_part():
    text = "".join(read(cell(deployed=deployed())).text)
    assert f"{BEGIN['peak'] / MEBIBYTE:.1f} MB" in text


def test_an_empty_page_says_so():
    assert "Nothing was measured." in "".join(read().text)


def test_a_control_says_whether_it_reads_as_it_should():
    text = "".join(read(cell(16, truth="leaking"), cell(truth="leaking", scenario="read_heavy")).text)
    assert "A control, known to be leaking: the verdict is as expected." in text
    assert "A control, known to be leaking: the verdict is wrong." in text


def test_the_error_the_explanation_and_the_culprits_are_there():
    leaking = cell(16, culprits=(culprit(),), explained="1 place accounts for all of it")
    text = "".join(read(leaking, failed(scenario="read_heavy")).text)
    for expected in (
        "killed by SIGKILL",
        "1 place accounts for all of it",
        "/app/blog.py:14 in append",
        "dict app.SEEN",
    ):
        assert expected in text


def test_the_page_for_36_stacks_in_7_scenarios_is_below_5_megabytes():
    part = deployed(readings=96, rss=lambda n: n * 7_919 % 100_000, live_bytes=lambda n: n * 6_007 % 90_000)
    cells = [
        replace(cell(16, deployed=part), stack=f"stack_{n}", scenario=f"scenario_{m}")
        for n in range(2)
        for m in range(7)
    ]
    small = len(page.render(cells[:7], MADE))
    each = (len(page.render(cells, MADE)) - small) / 7
    assert small + 35 * 7 * each < 5_000_000


def test_a_cell_has_the_tests_of_its_verdict_with_what_was_not_passed():
    shown = read(cell(16, truth="leaking"), cell(verdict="inconclusive", scenario="read_heavy"))
    text = "".join(shown.text)
    assert shown.attributes.count(("class", "tests")) == 2
    assert text.count("Tests of the verdict") == 2
    assert "A reading that passes all of these grows steadily: live bytes do." in text
    assert "The reading rises by more than a few objects." in text
    assert "≥ 512" in text


def test_a_record_without_tests_shows_none():
    shown = read(cell(16, tests=()), failed())
    assert ("class", "tests") not in shown.attributes


def test_the_readings_that_convict_stand_out_by_their_names():
    shown = read(cell(16))
    assert ("class", "convicts") in shown.attributes
    assert "live bytes" in shown.text
    assert "live_bytes" not in "".join(shown.text)


def test_what_would_help_is_a_table_with_its_sentence_and_nothing_where_it_was_not_tried():
    trials = (
        Trial("as_it_is", "as it is", 1_000, 1.0, 0.5, 60_000_000, 50_000_000, 60_000_000),
        Trial("collect", "gc.collect() every 100 operations", 1_000, 2.0, 0.6, 12_000_000, 2_000_000, 13_000_000),
        Trial("jemalloc", HOSTILE, error=HOSTILE),
    )
    found = read(cell(16, trials=trials))
    text = " ".join(found.text)
    assert "48.0 MB by gc.collect() every 100 operations." in text
    assert ("class", "trials") in found.attributes
    for figure in ("60.0", "12.0", "500", "0.50", "1.20", f"{HOSTILE}: {HOSTILE}"):
        assert figure in text
    assert "What would help" not in " ".join(read(cell(16)).text)


def test_own_files_stand_under_a_heading_of_their_own():
    text = "".join(read(cell(), cell(stack="mine", scenario="operation", file="mine.py", mix=None)).text)
    assert text.index("SQLAlchemy 2.0") < text.index("Own workloads")
    assert "Own workloads\nPython 3.11.7. Bytes" in "\n".join(
        line.strip() for line in text.splitlines() if line.strip()
    )


def test_a_clean_cell_says_what_rare_event_would_have_been_seen():
    assert "".join(read(cell(), cell(16, scenario="read_heavy")).text).count("An event that keeps 33 kB, once in") == 1
