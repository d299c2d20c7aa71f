"""WebSockets as routes."""

from find_mem_leaks.subjects import requests, websockets


def test_each_is_a_route_that_is_sent_a_message():
    [live, room] = websockets.routes(["/live", "/rooms/{room}"], [])
    assert (live.name, room.name) == ("WEBSOCKET /live", "WEBSOCKET /rooms/{room}")
    assert str(live.candidates[0]) == "WEBSOCKET /live {i}"
    assert [each.body for each in live.candidates] == ["{i}", '{"message": "x{i}"}', None]
    assert [each.path for each in room.candidates] == ["/rooms/{i}"] * 3 + ["/rooms/1"] * 3
    assert room.takes(requests.parse("WEBSOCKET /rooms/berlin hello"))


def test_where_they_cannot_be_served_it_is_said_what_to_install():
    [live] = websockets.routes(["/live"], ["websockets"])
    assert (live.candidates, "install it" in live.problem) == ((), True)
