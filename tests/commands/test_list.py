import json

from find_mem_leaks import commands


def test_list_shows_stacks_and_scenarios(own_stacks, capsys):
    assert commands.call(["list"]) == 0
    out = capsys.readouterr().out
    assert "plain_sqlite" in out
    assert "no: install a_package_that_nobody_has" in out
    assert "1000000_operations" in out


def test_list_as_json_says_what_is_missing(own_stacks, capsys):
    assert commands.call(["list", "--json"]) == 0
    document = json.loads(capsys.readouterr().out)
    stacks = {stack["name"]: stack for stack in document["stacks"]}
    assert stacks["needy"]["missing"] == ["a_package_that_nobody_has"]
    assert stacks["plain_sqlite"]["missing"] == []
    assert stacks["plain_sqlite"]["label"] == "plain_sqlite"
    assert stacks["intended_leak"]["scenarios"]["leak_in_handler"] == "leaking"
    assert stacks["fastapi_sync_session"]["architecture"] == "FastAPI"
    assert len(document["scenarios"]) == 7


def test_list_of_what_is_no_python_is_refused(capsys):
    assert commands.call(["list", "--python", "/bin/ls"]) == 2
    assert "is no Python that can measure" in capsys.readouterr().err
