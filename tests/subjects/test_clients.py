import pytest

from find_mem_leaks.errors import UsageError
from find_mem_leaks.measured.clients import BEHAVIOURS
from find_mem_leaks.subjects import catalogue, clients


def test_the_clients_are_those_of_the_measured_wing_each_with_its_sentence():
    assert list(clients.summaries()) == list(BEHAVIOURS)
    assert clients.summaries()["tcp_probe"].startswith("A connection that is opened and closed without a byte")
    assert {*clients.NEEDS, *clients.MODULES} <= {*BEHAVIOURS}


def test_all_of_them_or_some_by_their_names():
    assert clients.find("all") == list(BEHAVIOURS)
    assert clients.find("tcp_probe, reset_idle,tcp_probe") == ["tcp_probe", "reset_idle"]
    with pytest.raises(UsageError, match="reset_idle"):
        clients.find("reset_idel")


def test_a_stack_has_those_that_it_has_a_route_or_rows_for():
    known = catalogue.stacks()
    every = clients.find("all")

    def suiting(name):
        return {scenario.name for scenario in clients.of(known[name], every)}

    assert suiting("intended_leak") == {*every}
    assert suiting("starlette_async_session") == {*every} - {"websocket_dropped"}
    assert suiting("sync_session") == set()
    served = catalogue.Stack("own", "", ("uvicorn",), own={"handler": None})
    assert {each.name for each in clients.of(served, every)} == {*every} - {"websocket_dropped", "handler_raises"}


def test_one_whose_module_is_missing_is_left_out():
    own = catalogue.stacks()["intended_leak"]
    found = clients.of(own, ["websocket_dropped", "tcp_probe"], ("websockets",))
    assert [(each.name, each.mix, each.is_client) for each in found] == [("tcp_probe", None, True)]


def test_a_client_may_be_asked_for_as_a_scenario():
    assert clients.named("tcp_probe", ["GET /", "reset_idle", "tcp_probe"]) == ["tcp_probe", "reset_idle"]
    assert clients.named(None, ["GET /"]) == []
