"""Two real releases on PyPI, by the whole command: propcache 0.4.0, withdrawn since, leaks, and 0.4.1 has it fixed."""

import json
from pathlib import Path

from find_mem_leaks import commands, errors

PAIR = Path(__file__).parents[1] / "pairs" / "cached_property_read_twice.py"


def test_the_release_that_leaks_and_the_one_that_fixed_it_are_named(tmp_path, capsys):
    words = ["releases", "propcache", str(PAIR), "--quick", "--no-site", "-q", "--json", "-o", str(tmp_path / "line")]
    assert commands.call([*words, "--since", "0.3.2", "--until", "0.4.1"]) == errors.CLEAN
    found = json.loads(capsys.readouterr().out)
    assert [(turn["what"], turn["release"], turn["before"]) for turn in found["turns"]] == [
        ("leaks", "0.4.0", "0.3.2"),
        ("fixed", "0.4.1", "0.4.0"),
    ]
    assert commands.call([*words, "--since", "0.4.0", "--until", "0.4.1", "--yanked", "--bisect"]) == errors.CLEAN
    [turn] = json.loads(capsys.readouterr().out)["turns"]
    assert (turn["what"], turn["release"]) == ("fixed", "0.4.1")
