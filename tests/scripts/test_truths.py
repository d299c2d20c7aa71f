"""The truth of a workload is read from its constants, without its imports."""

import pytest
import truths


@pytest.fixture
def write(tmp_path):
    def write(name, text):
        (tmp_path / name).write_text(text)
        return tmp_path

    return write


def test_a_workload_is_read_without_what_it_imports(write):
    folder = write("leak.py", 'import no_such_package\n\nTRUTH = "leaking"\nRATE = 8.5\n')
    assert truths.controls(folder) == [truths.Control((folder / "leak.py").resolve(), "leaking", 8.5)]


def test_a_truth_may_depend_on_the_version_of_python(write):
    folder = write("a.py", 'import sys\nTRUTH = "leaking" if sys.version_info < (3,) else "clean"\nRATE = None\n')
    assert [(control.truth, control.rate) for control in truths.controls(folder)] == [("clean", None)]


def test_a_file_that_begins_with_an_underscore_is_not_a_workload(write):
    write("_other.py", "")
    folder = write("steady.py", 'TRUTH = "clean"\nRATE = 0.0\n')
    assert [control.name for control in truths.controls(folder)] == ["steady"]


@pytest.mark.parametrize("text", ["", "RATE = 1.0\n", 'TRUTH = "leaking"\n', 'TRUTH = "maybe"\nRATE = 1.0\n'])
def test_a_workload_without_a_truth_ends_the_script(write, text):
    with pytest.raises(SystemExit, match=r"a\.py has no truth: give it TRUTH"):
        truths.controls(write("a.py", text))


def test_a_folder_without_workloads_ends_the_script(tmp_path):
    with pytest.raises(SystemExit, match="has no workload"):
        truths.controls(tmp_path)


def test_every_control_has_a_truth():
    assert {control.truth for control in truths.controls()} == {"leaking", "clean"}
