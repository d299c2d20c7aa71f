"""What is compared with the truth of an application: verdicts of routes, lines, holders, sizes."""

from dataclasses import replace

import pytest
import routes
import truths

from cells import cell, culprit

LEAKING, STEADY = "leak_fastapi_dependency.py", "steady_flask_templates.py"


def judged(name, scenario, rate=0.0, *culprits):
    file = routes.FOLDER / name
    leaks = truths.constants(file)["LEAKS"]
    made = cell(rate, scenario=scenario, bytes_per_operation=rate, culprits=tuple(culprits))
    return routes.Route(made, file, scenario in leaks, size=leaks.get(scenario))


def at(line, holder="list `audit` of module leak_fastapi_dependency"):
    return culprit(str(routes.FOLDER / LEAKING), line, holder=holder)


@pytest.mark.parametrize("file", routes.applications(), ids=lambda file: file.stem)
def test_an_application_says_what_leaks_where_and_what_holds_it(file):
    known = truths.constants(file)
    leaks = file.name.startswith("leak_")
    assert bool(known["LEAKS"]) == bool(truths.marked(file)) == ("HOLDER" in known) == leaks


def test_there_are_twenty_and_of_every_kind_that_leak_and_that_do_not():
    names = [file.stem for file in routes.applications()]
    assert len(names) >= 20
    for kind in ("leak", "steady"):
        for framework in ("fastapi", "flask", "django"):
            assert [name for name in names if name.startswith(f"{kind}_{framework}_")]


def test_a_folder_without_applications_and_one_without_truth_are_told(tmp_path):
    with pytest.raises(SystemExit, match="has no application"):
        routes.applications(tmp_path)
    (tmp_path / "plain.py").write_text("app = None\n")
    with pytest.raises(SystemExit, match="has no truth"):
        routes.applications(tmp_path)


def test_a_route_is_right_if_its_verdict_is_that_of_the_route():
    leaking, clean = judged(LEAKING, "GET /orders", 1_073.0), judged(LEAKING, "GET /health")
    assert leaking.is_right
    assert clean.is_right
    missed, alarm = judged(LEAKING, "GET /orders"), judged(LEAKING, "GET /health", 1_073.0)
    assert (missed.is_right, missed.is_wrong) == (False, True)
    assert (alarm.is_right, alarm.is_wrong) == (False, True)
    failed = replace(leaking, cell=replace(leaking.cell, verdict="failed"))
    assert (failed.is_right, failed.is_wrong) == (False, False)


def test_line_holder_and_size_are_compared_with_the_file():
    [line] = truths.marked(routes.FOLDER / LEAKING)
    right = judged(LEAKING, "GET /orders", 1_100.0, at(line))
    assert (right.has_true_line, right.has_true_holder, right.has_true_size) == (True, True, True)
    wrong = judged(LEAKING, "GET /orders", 1_400.0, at(line + 1, "list `others`"))
    assert (wrong.has_true_line, wrong.has_true_holder, wrong.has_true_size) == (False, False, False)
    nothing = judged(LEAKING, "GET /orders", 1_073.0)
    assert (nothing.has_true_line, nothing.has_true_holder) == (False, False)


def test_the_page_counts_and_marks_what_is_wrong():
    [line] = truths.marked(routes.FOLDER / LEAKING)
    every = [judged(LEAKING, "GET /orders", 1_073.0, at(line)), judged(STEADY, "GET /page", 16.0)]
    text = routes.page(every, "nox -s routes", ["--quick"])
    assert "the verdict is right for 1 of 2 routes (1 leak, 1 are clean): 1 of the clean ones are\n  called" in text
    assert "leaking, 0 of the leaking ones clean, 0 are undecided;" in text
    assert "a true line in 1 of 1, and its holder the right one in\n  1;" in text
    assert "| leak_fastapi_dependency | `GET /orders` | leaks | leaking | 1,073 (1,073) | yes |" in text
    assert "leaking: WRONG" in text
