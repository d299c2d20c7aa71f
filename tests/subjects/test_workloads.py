import pytest

from find_mem_leaks.errors import UsageError
from find_mem_leaks.subjects import workloads


def test_files_and_modules_are_told_from_names_of_stacks(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "own.py").write_text("")
    names = ["sync_session", "own.py", "package.module", "async_*", f"{tmp_path}/own.py"]
    assert workloads.find(names) == {
        "own.py": "own.py",
        "package.module": "package.module",
        f"{tmp_path}/own.py": f"{tmp_path}/own.py",
    }
    assert workloads.find(["own.py"]) == {"own.py": "own"}


def test_a_missing_file_is_refused():
    with pytest.raises(UsageError, match=r"there is no file no/such\.py"):
        workloads.find(["no/such.py"])
