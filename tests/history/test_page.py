"""The pages of leaks, from records to HTML."""

import re
from datetime import UTC, datetime
from html.parser import HTMLParser

from cells import cell, failed
from find_mem_leaks.culprit import Culprit, Frame
from find_mem_leaks.history import page
from find_mem_leaks.history.commits import Commit, History, Measured
from find_mem_leaks.judging.verdict import Verdict

MADE = datetime(2026, 1, 2, tzinfo=UTC)
HOSTILE = "<script>alert(1)</script>"
DETAILS = "leaks/abc/py-2.0/index.html"


def commit(*cells, name="abc", day="", place=0):
    shown = tuple(Measured(each, "plain.SyncSession", f"leaks/{name}/py-2.0/sync_session.json") for each in cells)
    return Commit(name * 5, name, shown, day, place)


def history(newest, *earlier, **changes):
    return History("py-2.0", "leaks/abc/py-2.0", newest, earlier, {"env-SQLALCHEMY": "2.0"}, **changes)


class Reader(HTMLParser):
    """The tags with their attributes, and the text, of which white space counts as a blank."""

    def __init__(self, text):
        super().__init__()
        self.tags, self._text, self._is_text = [], "", True
        self.feed(text)
        self.text = " ".join(self._text.split())

    def handle_starttag(self, tag, attributes):
        self.tags.append((tag, dict(attributes)))
        self._is_text = tag not in {"script", "style"}

    def handle_endtag(self, tag):
        self._is_text = self._is_text or tag in {"script", "style"}

    def handle_data(self, data):
        self._text += data if self._is_text else ""

    def of_class(self, name):
        return [attributes for _, attributes in self.tags if name in (attributes.get("class") or "").split()]

    def links(self):
        return [attributes["href"] for tag, attributes in self.tags if tag == "a"]


def written(*histories):
    return dict(page.pages(histories, MADE))


def read(*histories):
    """The page of all environments."""
    return Reader(written(*histories)["leaks.html"])


def details(*histories):
    """The page of the first environment's cells."""
    return Reader(written(*histories)[DETAILS])


def test_a_commit_has_the_versions_of_all_its_cells_whichever_is_the_first():
    without = cell(stack="peewee_sync_connection", sqlalchemy=None, packages={"peewee": "4.5.3", "greenlet": None})
    assert "Commit abc, peewee 4.5.3, sqlalchemy 2.0.44, psutil 7.2.2" in read(history(commit(without, cell()))).text


def test_a_cell_says_its_verdict_by_sign_colour_and_size_and_leads_to_its_details():
    shown = read(history(commit(cell(), cell(100, scenario="read_heavy"))))
    cells = shown.of_class("cell")
    assert [attributes["class"] for attributes in cells] == ["cell clean", "cell leaking"]
    assert cells[1]["aria-label"] == "leaking, 100 bytes per operation"
    assert cells[1]["href"] == f"{DETAILS}#sqlalchemy2x_sync_session.read_heavy"
    assert "✘ 100" in shown.text
    assert "✔ <" in shown.text
    assert "template" not in dict(shown.tags)


def test_controls_stand_below_what_is_to_be_found_out():
    shown = read(history(commit(cell(100, stack="a_control", truth="leaking"), cell())))
    assert shown.text.index("sync_session") < shown.text.index("a_control")
    assert "control: leaking" in shown.text


def test_details_lead_to_graphs_to_the_record_and_back():
    shown = details(history(commit(cell())))
    [template] = [attributes for tag, attributes in shown.tags if tag == "template"]
    assert template["data-cell"] == "sqlalchemy2x_sync_session.balanced"
    chosen = "?p-scenario=%27balanced%27&env-SQLALCHEMY=2.0"
    for figure, words in page.FIGURES.items():
        assert f"../../../index.html#plain.SyncSession.{figure}{chosen}" in shown.links()
        assert words in shown.text
    assert "../../../index.html#plain.SyncSession.track_leaked?env-SQLALCHEMY=2.0" in shown.links()
    assert "../../../leaks/abc/py-2.0/sync_session.json" in shown.links()
    assert "../../../leaks.html" in shown.links()
    assert "#sqlalchemy2x_sync_session.balanced" in shown.links()


def test_figures_without_a_graph_have_no_link():
    drawn = {"plain.SyncSession.track_leaked"}
    _, (_, text) = page.pages([history(commit(cell()))], MADE, drawn=drawn)
    assert "SyncSession.track_leaked" in text
    assert "SyncSession.peakmem_process" not in text


def test_every_page_leads_to_the_project_wherever_that_is():
    for address, seen in (("docs/index.html", "../../../docs/index.html"), ("https://a.b/c", "https://a.b/c")):
        found = dict(page.pages([history(commit(cell()))], MADE, [("It", address)]))
        assert f'<a href="{seen}">It</a>' in found[DETAILS]
        assert f'<a href="{address}">It</a>' in found["leaks.html"]


def test_each_environment_has_a_page_of_its_cells():
    other = History("py-2.1", "leaks/abc/py-2.1", commit(cell(100)))
    assert list(written(history(commit(cell())), other)) == ["leaks.html", DETAILS, "leaks/abc/py-2.1/index.html"]


def test_what_changed_since_the_commit_before_is_told():
    before = commit(cell(), cell(100, scenario="read_heavy"), name="v1")
    after = commit(cell(50), cell(105, scenario="read_heavy"), name="v2")
    text = read(history(after, before)).text
    assert "Changed since v1 sync_session balanced: ✔ clean, under 0.01 B/op → ✘ leaking, 50.0 B/op" in text
    assert "read_heavy: ✘" not in text


def test_no_change_is_told_too():
    bounded = commit(cell(verdict=Verdict.BOUNDED))
    assert "Nothing changed since abc." in read(history(bounded, commit(cell()))).text
    assert "Nothing was measured before." in read(history(commit(cell()))).text


def test_a_leak_that_grew_is_a_change():
    assert "✘ leaking, 100 B/op → ✘ leaking, 200 B/op" in read(history(commit(cell(200)), commit(cell(100)))).text


def test_a_control_that_reads_wrong_stands_out():
    shown = read(history(commit(cell(truth="leaking"), cell(100, truth="leaking", scenario="read_heavy"))))
    assert [attributes["class"] for attributes in shown.of_class("cell")] == ["cell clean wrong", "cell leaking"]
    assert "1 of 2 controls as expected" in shown.text


def test_a_strip_has_the_verdicts_of_the_commits_and_what_each_step_came_with():
    earlier = [commit(cell(), name="a", day="2026-01-01", place=1), commit(name="b", day="2026-01-02", place=2)]
    newest = commit(cell(100), name="c", day="2026-01-03", place=3)
    shown = read(history(newest, *earlier, line="locked"))
    marks = [(each["class"], each["title"]) for tag, each in shown.tags if tag == "i"]
    assert marks == [
        ("clean", "a, 2026-01-01: clean, under 0.01 B/op"),
        ("none", "b, 2026-01-02: not measured"),
        ("leaking", "c, 2026-01-03: leaking, 100 B/op; one of 2 commits up to c"),
    ]
    [strip] = shown.of_class("strip")
    assert strip["aria-label"] == "the last 3 commits: 1 clean, 1 not measured, 1 leaking"


def test_a_stack_that_the_newest_commit_lacks_has_its_strip_and_no_details():
    both = history(commit(cell()), commit(cell(), cell(stack="sqlalchemy2x_other"), name="old"))
    assert len(read(both).of_class("strip")) == 2
    assert {"class": "none", "title": "not measured"} in read(both).of_class("none")
    assert [tag for tag, _ in details(both).tags].count("template") == 1
    assert "1 cell: 1 clean" in details(both).text


def test_a_cell_has_its_steps_the_newest_first_and_what_each_came_with():
    commits = [
        commit(cell(rate), name=name, day=f"2026-01-0{place}", place=place)
        for place, (name, rate) in enumerate([("a", 0), ("b", 100), ("c", 110), ("d", 400)], start=1)
    ]
    text = details(history(commits[-1], *commits[:-1], line="locked")).text
    found = re.findall(r"([abcd], 2026-01-0\d): \S \w+, [^→]*→ \S leaking, \d+ B/op (commit [abcd])", text)
    assert found == [("d, 2026-01-04", "commit d"), ("b, 2026-01-02", "commit b")]
    assert "Steps" not in details(history(commits[0], line="locked")).text


def test_series_are_named_and_own_scenarios_have_a_matrix_of_their_own():
    shown = read(history(commit(cell(stack="intended_leak", scenario="leak_in_handler", mix=None), cell())))
    assert "SQLAlchemy 2.0, Python 3.11.7" in shown.text
    assert len(shown.of_class("matrix")) == 2


def test_why_commits_could_not_be_measured_is_told():
    assert "n/a v1: needs &" in read(history(commit(cell()), missing={"v1": "needs &"})).text


def test_texts_of_a_record_are_escaped():
    culprit = Culprit((Frame(HOSTILE, HOSTILE, 1), Frame(HOSTILE, HOSTILE, 1)), 1, 1, HOSTILE, HOSTILE)
    texts = {"stack": HOSTILE, "scenario": HOSTILE, "reason": HOSTILE, "explained": HOSTILE, "truth": HOSTILE}
    shown = history(commit(cell(50, culprits=(culprit,), **texts), name=HOSTILE), commit(cell(), name=HOSTILE))
    for text in written(shown).values():
        assert HOSTILE not in text
        assert HOSTILE in Reader(text).text


def test_a_site_without_records_says_so():
    assert list(written()) == ["leaks.html"]
    assert "No record was kept" in read().text


def test_a_failed_cell_says_why():
    assert "killed by SIGKILL" in details(history(commit(failed()))).text
