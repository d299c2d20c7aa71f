import sys

import pytest

from find_mem_leaks.errors import UsageError
from find_mem_leaks.leading import outlines


def outline(path, text, stall=30.0):
    path.write_text(text)
    return outlines.outline(sys.executable, str(path), stall)


def test_a_file_is_imported_by_the_interpreter_that_it_is_measured_in(tmp_path):
    found = outline(tmp_path / "own.py", "for name in 'ab': exec(f'def operation_{name}(i): ...')\nprint('hello')\n")
    assert found.scenarios == ("a", "b")


def test_of_a_file_that_cannot_be_imported_the_text_is_read(tmp_path):
    found = outline(tmp_path / "own.py", "import nothing_like_it\ndef operation_read(i): ...\n")
    assert found.scenarios == ("read",)


def test_of_a_file_that_takes_for_ever_to_import_the_text_is_read(tmp_path):
    found = outline(tmp_path / "own.py", "import time\ndef operation_read(i): ...\ntime.sleep(600)\n", stall=0.5)
    assert found.scenarios == ("read",)


def test_an_interpreter_that_cannot_be_started_leaves_the_text(tmp_path):
    (tmp_path / "own.py").write_text("def operation_read(i): ...\n")
    assert outlines.outline("/no/such/python", str(tmp_path / "own.py"), 5.0).scenarios == ("read",)


def test_nothing_to_measure_is_refused(tmp_path):
    with pytest.raises(UsageError, match="has no operation"):
        outline(tmp_path / "own.py", "x = 1\n")
