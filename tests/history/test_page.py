"""The page of leaks, from records to HTML."""

import json
from dataclasses import replace
from html.parser import HTMLParser

from cells import cell, failed
from find_mem_leaks import results
from find_mem_leaks.culprit import Culprit, Frame
from find_mem_leaks.history import page
from find_mem_leaks.history.panels import Cell, Commit, Panel
from find_mem_leaks.judged import judged
from find_mem_leaks.judging.rules import Rules
from series_of import series

HOSTILE = "<script>alert(1)</script>"
HOLDER = "dict app.SEEN"
CULPRIT = Culprit(
    (Frame("append", "/x/site-packages/app/blog.py", 14), Frame("operation", "w.py", 3)), 1, 99, "str", HOLDER
)


def shown(made, stack="sync_session", benchmark="plain.SyncSession"):
    record = json.loads(json.dumps(results.to_json([made])))["cells"][0]
    return Cell(stack, made.scenario, benchmark, record, "leaks/abc/env/sync_session.json")


def commit(*cells, name="abc"):
    return Commit(name * 5, name, tuple(cells))


def panel(newest, previous=None, name="py-2.0"):
    return Panel(name, newest, (previous,) if previous else (), {"env-SQLALCHEMY": "2.0"})


class Reader(HTMLParser):
    """Tags with their attributes, and text; every tag that is opened is closed."""

    def __init__(self, text):
        super().__init__()
        self.tags, self.text, self.open = [], "", []
        self.feed(text)
        assert self.open == []

    def handle_starttag(self, tag, attributes):
        self.tags.append((tag, dict(attributes)))
        if tag not in {"wbr", "polyline"}:
            self.open.append(tag)

    def handle_endtag(self, tag):
        if tag != "polyline":
            assert self.open.pop() == tag

    def handle_data(self, data):
        self.text += data

    def links(self):
        return [attributes["href"] for tag, attributes in self.tags if tag == "a"]


def test_a_commit_has_the_versions_of_all_its_cells_whichever_is_the_first():
    without = cell(stack="peewee_sync_connection", sqlalchemy=None, packages={"peewee": "4.5.3", "greenlet": None})
    read = Reader(page.render([panel(commit(shown(without, "peewee_sync_connection"), shown(cell())))]))
    assert "abc, peewee 4.5.3, sqlalchemy 2.0.44, psutil 7.2.2" in read.text


def test_a_cell_says_its_verdict_by_sign_colour_and_size():
    read = Reader(page.render([panel(commit(shown(cell()), shown(cell(100, scenario="read_heavy"))))]))
    cells = [attributes for tag, attributes in read.tags if tag == "a" and "cell" in attributes.get("class", "")]
    assert [attributes["class"] for attributes in cells] == ["cell clean", "cell leaking"]
    assert cells[1]["aria-label"] == "sync_session read_heavy: leaking, 100 B/op"
    assert "✘ leaking100 B/op" in read.text
    assert "✔ cleanunder " in read.text


def test_controls_stand_below_what_is_to_be_found_out():
    control = shown(cell(100, truth="leaking"), "a_control")
    read = Reader(page.render([panel(commit(control, shown(cell())))]))
    rows = [attributes["href"] for tag, attributes in read.tags if "track_leaked?env" in attributes.get("href", "")]
    assert len(rows) == 2
    assert read.text.index("sync_session") < read.text.index("a_control")


def test_cells_lead_to_their_details_and_details_to_graphs():
    read = Reader(page.render([panel(commit(shown(cell())))]))
    details = [attributes["data-cell"] for tag, attributes in read.tags if tag == "article"]
    assert details == ["py-2.0.sync_session.balanced"]
    assert f"#/leaks?cell={details[0]}" in read.links()
    assert "#plain.SyncSession.track_leaked?p-scenario=%27balanced%27&env-SQLALCHEMY=2.0" in read.links()
    assert "#plain.SyncSession.track_leaked?env-SQLALCHEMY=2.0" in read.links()
    assert "leaks/abc/env/sync_session.json" in read.links()


def test_a_detail_names_the_culprits():
    read = Reader(page.render([panel(commit(shown(cell(100, culprits=(CULPRIT,), explained="1 place"))))]))
    assert "app/blog.py:14 in append: 1 allocations and 99 B per operation of str, held by dict app.SEEN" in read.text
    assert "w.py:3 in operation" in read.text


def test_what_changed_since_the_commit_before_is_told():
    before = commit(shown(cell()), shown(cell(100, scenario="read_heavy")), name="v1")
    after = commit(shown(cell(50)), shown(cell(105, scenario="read_heavy")), name="v2")
    text = Reader(page.render([panel(after, before)])).text
    assert "Changed since v1" in text
    assert "sync_session balanced: ✔ clean, under" in text
    assert "→ ✘ leaking, 50 B/op" in text
    assert "read_heavy: ✘" not in text


def test_no_change_is_told_too():
    bounded = cell(verdict="bounded")
    assert (
        "Nothing changed since abc." in Reader(page.render([panel(commit(shown(bounded)), commit(shown(cell())))])).text
    )
    assert "Nothing was measured before." in Reader(page.render([panel(commit(shown(cell())))])).text


def test_a_leak_that_grew_is_a_change():
    text = Reader(page.render([panel(commit(shown(cell(200))), commit(shown(cell(100))))])).text
    assert "✘ leaking, 100 B/op → ✘ leaking, 200 B/op" in text


def test_a_control_that_reads_wrong_stands_out():
    wrong, right = shown(cell(truth="leaking")), shown(cell(100, truth="leaking", scenario="read_heavy"))
    read = Reader(page.render([panel(commit(wrong, right))]))
    assert [attributes["class"] for tag, attributes in read.tags if "cell" in attributes.get("class", "").split()] == [
        "cell clean wrong",
        "cell leaking",
    ]
    assert "1 of 2 controls read as they should." in read.text


def test_a_failed_cell_says_why_with_and_without_a_record():
    bare = Cell(
        "sync_session", "read_heavy", "plain.SyncSession", {"verdict": "failed", "reason": "OSError: full"}, "x"
    )
    text = Reader(page.render([panel(commit(shown(failed()), bare))])).text
    assert "killed by SIGKILL" in text
    assert "OSError: full" in text


def test_series_are_named_and_own_scenarios_have_a_matrix_of_their_own():
    own = cell(scenario="leak_in_handler", mix=None)
    read = Reader(page.render([panel(commit(shown(own, "intended_leak"), shown(cell())))]))
    assert "SQLAlchemy 2.0, Python 3.11.7" in read.text
    assert [attributes for tag, attributes in read.tags if tag == "table"].count({}) == 2
    assert "py-2.0" in Reader(page.render([panel(commit(shown(cell(sqlalchemy=None))))])).text


def test_texts_of_a_record_are_escaped():
    hostile = cell(50, scenario=HOSTILE, reason=HOSTILE, explained=HOSTILE, truth=HOSTILE, culprits=(
        Culprit((Frame(HOSTILE, HOSTILE, 1), Frame(HOSTILE, HOSTILE, 1)), 1, 1, HOSTILE, HOSTILE),
    ))  # fmt: skip
    told = panel(
        commit(shown(hostile, HOSTILE, HOSTILE), name=HOSTILE), commit(shown(cell(), HOSTILE), name=HOSTILE), HOSTILE
    )
    text = page.render([told])
    assert "<script" not in text
    assert HOSTILE in Reader(text).text


def test_a_site_without_records_says_so():
    assert "No record was kept" in page.render([])


def test_a_detail_has_the_tests_of_its_verdict_folded():
    read = Reader(page.render([panel(commit(shown(cell(16))))]))
    assert ("details", {"class": "tests"}) in read.tags
    assert "A reading that passes all of these grows steadily: live bytes do." in read.text
    assert "Growth is a leak if all of these are passed: all are." in read.text
    assert "live_bytes" not in read.text


def test_the_test_that_leaves_a_cell_undecided_is_marked_with_what_it_takes():
    short = judged(cell(16, rounds=series(lambda n: 16 * n, operations=300).rounds, last=False), Rules())
    read = Reader(page.render([panel(commit(shown(short)))]))
    assert [tag for tag, attributes in read.tags if attributes.get("class") == "decides"] == ["tbody", "tbody"]
    assert "At least: 1, that is 1,000,000 operations times seconds" in read.text


def test_a_record_of_before_tests_were_kept_has_none():
    old = shown(cell(16))
    record = {name: value for name, value in old.record.items() if name != "tests"}
    read = Reader(page.render([panel(commit(replace(old, record=record)))]))
    assert ("details", {"class": "tests"}) not in read.tags
