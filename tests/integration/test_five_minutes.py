"""The documentation's first page: its files, its commands and what it says of them, carried out as they stand there."""

import re
import shlex
from pathlib import Path

from find_mem_leaks import commands, errors, results
from find_mem_leaks.judging.verdict import ACQUITTED, Verdict

PAGE = (Path(__file__).parents[2] / "docs" / "five-minutes.md").read_text(encoding="utf-8")
FILES = re.findall(r"^```python\n# (\w+\.py)\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
CALLS = [shlex.split(line) for line in re.findall(r"^\$ find-mem-leaks (.*)$", PAGE, re.MULTILINE)]


def test_the_page_finds_a_leak_and_sees_it_fixed(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    for name, text in FILES:
        (tmp_path / name).write_text(f"# {name}\n{text}")
    assert [call[0] for call in CALLS] == ["run", "run", "report", "show"]
    assert [commands.call(call) for call in CALLS] == [errors.LEAK, errors.CLEAN, errors.CLEAN, errors.CLEAN]
    [leaking], [fixed] = results.read(Path("prices.json")), results.read(Path("fixed.json"))
    assert leaking.verdict is Verdict.LEAKING
    frame = leaking.culprits[0].frame
    assert f"at prices.py:{frame.line} in {frame.function}" in PAGE
    assert "`remembered`" in leaking.culprits[0].holder
    assert fixed.verdict in ACQUITTED
    assert (tmp_path / "prices-report" / "index.html").is_file()
