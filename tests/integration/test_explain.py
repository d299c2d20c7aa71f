"""Where it leaks, on real stacks under real memray: the line, what is kept there, and what holds it."""

from pathlib import Path

import pytest

from find_mem_leaks import commands, errors, results

CONTROLS = Path(__file__).parents[1] / "controls"


@pytest.fixture
def explained(tmp_path):
    """The cells of a run that explains what leaks."""

    def run(*arguments):
        path = tmp_path / "results.json"
        code = commands.call(["run", *arguments, "--quick", "-q", "--no-table", "-o", str(path)])
        assert code in {errors.CLEAN, errors.LEAK}
        return {cell.stack: cell for cell in results.read(path)}

    return run


def marked_lines(control):
    lines = (CONTROLS / f"{control}.py").read_text(encoding="utf-8").splitlines()
    return {number for number, line in enumerate(lines, start=1) if line.endswith("# leaks")}


def test_the_first_culprit_is_the_line_that_leaks_and_its_holder_is_named(explained):
    holders = {
        "leak_list_of_objects": "list `HISTORY` of module leak_list_of_objects",
        "leak_linked_chain": "`Journal.newest`",
        "leak_one_object_in_1000": "list `REPORTS` of module leak_one_object_in_1000",
        "leak_bytearray_growing": "bytearray `LOG` of module leak_bytearray_growing",
        "leak_cycles_with_gc_disabled": "nothing but a reference cycle: the garbage collector is off",
    }
    cells = explained(*(str(CONTROLS / f"{name}.py") for name in holders))
    for name, holder in holders.items():
        culprit = cells[name].culprits[0]
        assert culprit.frame.line in marked_lines(name)
        assert culprit.frame.file == str(CONTROLS / f"{name}.py")
        assert culprit.holder == holder


def test_a_stacks_session_is_traced_to_the_registry_that_keeps_it(explained, python_with):
    arguments = ["async_scoped_session_without_remove", "--python", python_with("2.0"), "--time-cap", "120"]
    [cell] = explained(*arguments).values()
    registry = "dict `ScopedRegistry.registry` of `async_scoped_session.registry` of `Stack._session` of the workload"
    assert registry in {culprit.holder for culprit in cell.culprits}
    assert any("sqlalchemy" in culprit.frame.file for culprit in cell.culprits)


@pytest.mark.parametrize(
    ("name", "holder"),
    [
        ("leak_malloc_of_64_bytes", "C code, by no Python object"),
        ("leak_pages_mapped_privately", "C code, by no Python object"),
        ("leak_file_descriptors", "the operating system, by no Python object"),
    ],
)
def test_what_memray_cannot_see_is_found_by_its_counter_and_held_by_no_object(explained, name, holder):
    [cell] = explained(str(CONTROLS / f"{name}.py")).values()
    assert cell.verdict == "leaking"
    assert cell.culprits[0].frame.line in marked_lines(name)
    assert "were read at each line of own code" in cell.explained
    assert cell.culprits[0].holder == holder


def test_garbage_that_is_never_collected_is_found_at_the_line_that_makes_it(explained):
    [cell] = explained(str(CONTROLS / "leak_garbage_passed_on.py")).values()
    assert cell.convicted_by == ("uncollected_bytes",)
    assert "generation 1 was due to be collected after" in cell.reason
    assert cell.bytes_per_operation == pytest.approx(2_200, rel=0.05)
    assert {culprit.frame.line for culprit in cell.culprits} <= marked_lines("leak_garbage_passed_on")
    assert cell.culprits[0].bytes == pytest.approx(2_200, rel=0.2)
    assert cell.culprits[0].holder.startswith("nothing but a reference cycle")


def test_a_second_process_that_fails_does_not_lose_the_verdict(explained, tmp_path):
    """It dies in the operation after those that were judged: the second process begins anew, so a mark tells it."""
    mark = tmp_path / "judged"
    own = tmp_path / "own.py"
    own.write_text(
        "import os, sys\n"
        f"if os.path.exists({str(mark)!r}): os._exit(7)\n"
        f"kept = []\ndef operation(i): kept.append(object())\ndef teardown(): open({str(mark)!r}, 'w').close()\n"
    )
    [cell] = explained(str(own)).values()
    assert cell.verdict == "leaking"
    assert cell.explained == "where it leaks could not be told: exited with code 7"


def test_captures_are_kept_and_drawn(explained, tmp_path, capsys):
    folder = tmp_path / "captures"
    explained(str(CONTROLS / "steady_arithmetic.py"), "--memray", str(folder))
    [capture] = folder.iterdir()
    assert capture.name == "steady_arithmetic-operation.bin"
    drawn = folder / "graph.html"
    assert commands.call(["flamegraph", str(capture), "-o", str(drawn)]) == 0
    assert "<html" in drawn.read_text(encoding="utf-8")
    assert commands.call(["flamegraph", str(capture), "-o", str(drawn)]) == errors.USAGE
    assert "exists: give -f" in capsys.readouterr().err
    assert commands.call(["flamegraph", str(own_text(tmp_path))]) == errors.USAGE
    assert "memray cannot read" in capsys.readouterr().err


def own_text(tmp_path):
    path = tmp_path / "no-capture.bin"
    path.write_text("nothing")
    return path


def test_explain_prints_the_way_from_the_operation_to_the_line(capsys):
    control = CONTROLS / "leak_closures_kept.py"
    assert commands.call(["explain", str(control), "--quick"]) == errors.LEAK
    out = capsys.readouterr().out
    assert "1. " in out
    assert "held by list `UNDO` of module leak_closures_kept" in out
    assert "   called from operation (" in out
