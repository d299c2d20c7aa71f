"""What clients that misbehave are sent to, of the routes that were tried."""

from find_mem_leaks.commands import misbehaving
from find_mem_leaks.leading.trying import Tried
from find_mem_leaks.subjects.requests import Request

LIST, ITEM = Request("GET", "/items"), Request("GET", "/items/1")
CREATE, BROKEN, EVENTS = Request("POST", "/items", "{}"), Request("GET", "/broken"), Request("GET", "/events")
TRIED = [
    Tried(CREATE, size=5),
    Tried(ITEM, size=10),
    Tried(LIST, size=900),
    Tried(BROKEN, fails=True, size=2_000),
    Tried(None, "it does not end", endless=EVENTS),
    Tried(None, "answered 404"),
]


def test_each_role_has_the_request_that_is_good_for_it():
    found = misbehaving.roles(TRIED, ["/live", "/other"], [("X-Token", "t")])
    assert found == {
        "plain": ITEM,
        "with_body": CREATE,
        "stream": LIST,
        "endless": EVENTS,
        "raise": BROKEN,
        "websocket": Request("GET", "/live", None, (("X-Token", "t"),)),
    }


def test_what_only_writes_is_asked_where_nothing_reads():
    found = misbehaving.roles([Tried(CREATE)], [], [])
    assert found == {"plain": CREATE, "with_body": CREATE, "stream": CREATE}


def test_without_its_request_a_client_is_none_and_says_what_would_help():
    assert misbehaving.roles([Tried(None)], [], []) == {}
    assert misbehaving.reason("tcp_probe", {}, (), "python") == "none of its routes answered a request"
    roles = {"plain": ITEM}
    assert misbehaving.reason("tcp_probe", roles, (), "python") == ""
    assert "give one by --request" in misbehaving.reason("invalid_bodies", roles, (), "python")
    assert "give one that does by --request" in misbehaving.reason("handler_raises", roles, (), "python")
    assert "has no WebSocket" in misbehaving.reason("websocket_dropped", roles, ("websockets",), "python")


def test_a_websocket_needs_the_servers_module():
    roles = {"websocket": ITEM}
    assert misbehaving.reason("websocket_dropped", roles, (), "python") == ""
    lacking = misbehaving.reason("websocket_dropped", roles, ("websockets",), "/x/python")
    assert lacking.startswith("it needs websockets, which /x/python lacks: install it there")
