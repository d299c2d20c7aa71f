"""An application, or what is said of it, that is wrong in every way that it can be: a clear line, and nothing is sent
anywhere but to it."""

import json
import re
import socket

import pytest

from find_mem_leaks import commands, errors, results
from find_mem_leaks.judging.verdict import Verdict

# An application of nothing but Python, with a document; it notes what it is sent.
SHOP = """
import json
from pathlib import Path

HERE = Path(__file__).parent
PATHS = json.loads((HERE / "paths.json").read_text())


class Shop:
    def openapi(self):
        return {"paths": PATHS}

    async def __call__(self, scope, receive, send):
        if scope["type"] == "lifespan":
            while (await receive())["type"] != "lifespan.shutdown":
                await send({"type": "lifespan.startup.complete"})
            await send({"type": "lifespan.shutdown.complete"})
            return
        headers = {name.decode(): value.decode() for name, value in scope["headers"]}
        with (HERE / "sent").open("a") as sent:
            sent.write(f"{headers['host']} {scope['method']} {scope['path']}\\n")
        leads = [(b"location", (HERE / "leads").read_bytes())] if (HERE / "leads").exists() else []
        await send({"type": "http.response.start", "status": 302 if leads else 200, "headers": leads})
        await send({"type": "http.response.body", "body": b"{}"})


app = Shop()
"""
ENTRY = {"request": {"method": "GET", "url": "http://shop.invalid/items"}, "response": {"status": 200}}
RUBBISH = bytes(range(256)) * 40


@pytest.fixture
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "shop.py").write_text(SHOP)
    (tmp_path / "paths.json").write_text(json.dumps({"/items": {"get": {}}, "/users": {"get": {}}}))
    return tmp_path


def without_fetched(said):
    """The lines, but for the one which says that a server was fetched for the run."""
    return [line for line in said.splitlines() if "fetched for this run" not in line]


@pytest.fixture
def refused(here, capfd):
    """The one line that a call of ``run`` is refused with; nothing was sent."""

    def call(*words):
        assert commands.call(["run", *words]) == errors.USAGE
        said, line = capfd.readouterr()
        assert (said, len(without_fetched(line))) == ("", 1)
        assert not (here / "sent").exists()
        return line

    return call


@pytest.fixture
def listener():
    """A socket that listens; nobody may come."""
    with socket.create_server(("127.0.0.1", 0)) as found:
        yield found


@pytest.mark.parametrize(
    ("text", "target", "said"),
    [
        ("", "missing:app", r"there is no module missing in /.*: give the folder it is in by --app-dir"),
        ("", "shop.main:app", r"there is no module shop\.main|shop\.main cannot be imported"),
        ("app2 = 1", "shop:app", "shop has no attribute app"),
        ("app = 1", "shop:app", "shop:app is of type int, not an ASGI or WSGI application"),
        ("class app: pass", "shop:app", "shop:app is the class app, not an ASGI or WSGI application"),
        (
            "def app(): return 1",
            "shop:app",
            "is a function, not an ASGI or WSGI application: if it makes one, give --f",
        ),
        ("def app(): return 1", "shop:app()", r"shop:app\(\) returned of type int|returned"),
        ("def app(): raise OSError('no disk')", "shop:app()", r"raised OSError: no disk \(shop\.py:1\)"),
        ("raise KeyError('X')", "shop:app", r"shop cannot be imported \(shop\.py:1\): KeyError: 'X'"),
        ("import sys; sys.exit('bye')", "shop:app", r"shop cannot be imported \(shop\.py:1\): SystemExit: bye"),
        ("def app(:", "shop:app", r"shop cannot be imported \(shop\.py:1\): SyntaxError"),
        (
            "import not_there_at_all",
            "shop:app",
            "needs not_there_at_all, which is not installed: give --with not_there",
        ),
        ("import os; os._exit(3)", "shop:app", "cannot be imported in .*: exited with code 3"),
        ("async def app(scope, receive, send): ...", "shop:app", "does not say which routes it has: give --request"),
        ("", "shop:", "is not an application: name it module:attribute, such as"),
    ],
)
def test_what_is_no_application_is_told_in_a_line(refused, here, text, target, said):
    (here / "shop.py").write_text(text)
    assert re.search(said, refused(target))


def test_an_application_that_takes_a_port_which_is_in_use(refused, here, listener):
    port = listener.getsockname()[1]
    taking = f"import socket\nserver = socket.create_server(('127.0.0.1', {port}))\n"
    (here / "shop.py").write_text(taking + SHOP)
    assert re.search(r"shop cannot be imported \(.*\): OSError: .*Address already in use", refused("shop:app"))


def test_an_application_that_does_not_start(refused, here):
    failing = """        if scope["type"] == "lifespan":
            await receive()
            return await send({"type": "lifespan.startup.failed", "message": "no disk"})
"""
    (here / "shop.py").write_text(
        SHOP.replace('        if scope["type"] == "lifespan":\n', failing + "        if 0:\n")
    )
    assert re.search("shop:app does not start: .*the server did not start", refused("shop:app"))


@pytest.mark.parametrize(
    ("document", "said"),
    [
        ([], "has an OpenAPI document without paths: give requests by --request or --requests"),
        ({"/items": 1}, "has an OpenAPI document without paths"),
        (
            {f"/items/{number}": {"get": {}} for number in range(1_000)},
            "there are 1,000 routes, which take hours: choose",
        ),
    ],
)
def test_a_document_that_is_broken_or_endless(refused, here, document, said):
    (here / "paths.json").write_text(json.dumps(document))
    assert said in refused("shop:app")


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "has no request that was answered below 400: give a HAR, an access log, or lines of JSON"),
        (RUBBISH, "has no request that was answered below 400"),
        (b'{"log": ' + RUBBISH, "is a HAR that is damaged: "),
        (b'{"log": {"entries": 1}}', "is a HAR that is damaged: TypeError"),
        (b'{"log": {"entries": [' + b"[" * 100_000, "is a HAR that is damaged: "),
        (
            json.dumps(
                {"log": {"entries": [{**ENTRY, "request": {"method": "GET", "url": "http://a.invalid/b"}}]}}
            ).encode(),
            "has no request of a route that shop:app has, but 'GET /b': is it of another application?",
        ),
    ],
)
def test_a_recording_that_is_none(refused, here, content, said):
    (here / "recorded").write_bytes(content)
    assert said in refused("shop:app", "--requests", "recorded")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--request", "GET https://a.invalid/"], "has no path such as /items: requests go to the application alone"),
        (["--login", "token"], "--login 'token' has no method such as GET"),
        (["--header", "X"], "--header 'X' is not a header"),
        (["--cookie", "a"], "--cookie 'a' is not a cookie"),
        (["--auth", "me"], "--auth takes user:password"),
        (["--env", "A"], "--env 'A' is not a variable"),
        (["--requests", "no/such"], "--requests no/such cannot be read"),
        (["--app-dir", "no/such"], "--app-dir no/such is not a directory"),
        (["-s", "GET /nothing"], "there is no route 'GET /nothing'"),
        (["--exclude", "GET /nothing"], "there is no route 'GET /nothing'"),
        (["--exclude", "*"], "no route of shop:app is left"),
    ],
)
def test_an_option_that_means_nothing(refused, words, said):
    assert said in refused("shop:app", *words)


def test_a_login_that_is_refused_is_told_in_a_line(here, capfd):
    words = ["run", "shop:app", "--login", "POST /token a=b"]
    assert commands.call(words) == errors.USAGE
    [line] = without_fetched(capfd.readouterr().err)
    assert "the login POST /token answered 200 and gave neither a token nor a cookie ({})" in line


def test_a_log_with_binary_rubbish_is_read_and_no_other_host_is_asked(here, listener):
    """Neither the host of a HAR is asked, nor where answers lead to."""
    other = "{}:{}".format(*listener.getsockname())
    line = b'1.2.3.4 - - [10/Oct/2024:13:55:36 +0000] "GET /items HTTP/1.1" 200 1\n'
    (here / "access.log").write_bytes(RUBBISH + b"\n" + line + RUBBISH)
    entry = {**ENTRY, "request": {"method": "GET", "url": f"http://{other}/users"}}
    (here / "shop.har").write_text(json.dumps({"log": {"entries": [entry]}}))
    (here / "leads").write_text(f"http://{other}/")
    words = ["--requests", "access.log", "--requests", "shop.har", "--rounds", "1", "--operations", "20"]
    code = commands.call(["run", "shop:app", *words, "--no-explain", "-q", "--no-table", "-o", "results.json"])
    cells = {cell.scenario: cell for cell in results.read(here / "results.json")}
    assert (code, set(cells)) == (errors.CLEAN, {"GET /items", "GET /users", "mixed"})
    assert Verdict.FAILED not in {cell.verdict for cell in cells.values()}
    hosts = {sent.split(":")[0] for sent in (here / "sent").read_text().splitlines()}
    assert hosts == {"127.0.0.1"}
    listener.settimeout(0)
    with pytest.raises(BlockingIOError):  # nobody waits to be let in
        listener.accept()


LOCKING = SHOP.replace(
    """                await send({"type": "lifespan.startup.complete"})
            await""",
    """                (HERE / "lock").mkdir()
                await send({"type": "lifespan.startup.complete"})
            (HERE / "lock").rmdir()
            await""",
).replace(
    "        headers = {name",
    '        if scope["path"] == "/users":\n            raise KeyError("price")\n        headers = {name',
)


def test_what_an_application_takes_at_its_start_is_free_for_the_next_cell(here):
    """After the trial of its routes, and after one that failed."""
    (here / "shop.py").write_text(LOCKING)
    words = ["run", "shop:app", "-s", "GET *", "--rounds", "1", "--operations", "40", "--no-explain", "-j", "1"]
    commands.call([*words, "-q", "--no-table", "-o", "results.json"])
    cells = {cell.scenario: cell for cell in results.read(here / "results.json")}
    assert "KeyError: 'price'" in cells["GET /users"].error
    assert (cells["GET /items"].error, cells["GET /items"].operations) == (None, 40)
    assert not (here / "lock").exists()
