"""What clients that misbehave ask of."""

from find_mem_leaks.measured.targets import ANY, REFUSING, ApplicationTarget, StackTarget

REQUESTS = {
    "create": ("POST", "/posts", '{"title": "number $n"}', 201),
    "read": ("GET", "/posts/$id", None, 200),
}
PATHS = {"stream": "/stream", "raise": "/raise", "websocket": "/socket"}
KEY = {"X-Key": "k{i}"}
ROLES = {
    "plain": ["GET", "/items/{i}", None, KEY],
    "with_body": ["POST", "/items", '{"name": "x{i}"}', KEY],
    "stream": ["GET", "/items", None, {}],
    "raise": ["GET", "/broken", None, {}],
    "websocket": ["GET", "/live", None, KEY],
}


def application(roles):
    setting = {"port": 1, "concurrency": 1, "seed": 0, "capacity": 0, "patience": 1}
    return ApplicationTarget({**setting, "roles": roles})


def test_a_stack_is_asked_for_rows_that_there_are_and_for_its_paths():
    target = StackTarget({"requests": REQUESTS, "paths": PATHS})
    target.stable = 5
    assert {target.plain(number).path for number in range(50)} == {f"/posts/{row}" for row in range(1, 6)}
    assert target.with_body(7).body == b'{"title": "number 00000007"}'
    paths = [sent.path for sent in (target.streamed(1), target.aborted(1), target.raising(1), target.websocket(1))]
    assert paths == ["/stream", "/stream", "/raise", "/socket"]
    assert (target.right, target.refusing) == ((200,), REFUSING)


def test_a_stack_without_paths_is_asked_for_a_row_that_is_none():
    target = StackTarget({"requests": REQUESTS})
    assert (target.raising(1).path, target.streamed(1).path) == ("/posts/0", "/posts/1")


def test_an_application_is_asked_by_the_roles_of_its_requests_with_numbers_of_its_own():
    target = application(ROLES)
    first, second = target.plain(0), target.plain(1)
    assert int(second.path[len("/items/") :]) == int(first.path[len("/items/") :]) + 1
    assert first.headers["X-Key"] == "k" + first.path[len("/items/") :]
    assert target.with_body(1).body.startswith(b'{"name": "x')
    sent = (target.streamed(1), target.aborted(1), target.raising(1), target.websocket(1))
    assert [each.path for each in sent] == ["/items", "/items", "/broken", "/live"]
    assert (404 in target.right, 500 in target.right, target.refusing) == (True, False, ANY)
    unknown = target.unknown(7)
    assert (unknown.method, unknown.path, unknown.body) == ("GET", "/no-such-path-00000007", None)
    assert "X-Key" in unknown.headers


def test_what_does_not_end_is_what_is_aborted():
    target = application({**ROLES, "endless": ["GET", "/events", None, {}]})
    assert (target.aborted(1).path, target.streamed(1).path) == ("/events", "/items")
    assert application({"plain": ROLES["plain"]}).with_body(1) is None
