"""Applications that are served in one process, route after route, whose memory nobody measures."""

import pytest

from answering import answering, in_one_process
from find_mem_leaks import commands, results
from find_mem_leaks.judging.verdict import Verdict
from find_mem_leaks.subjects import catalogue

INTENDED = "find_mem_leaks.measured.stacks.intended_leak:application()"
# WSGI, of nothing but Python.
SHOP = """
class Shop:
    def openapi(self):
        paths = {"/token": {"post": {}}, "/items": {"get": {}}, "/broken": {"get": {}}}
        return {"paths": paths}

    def __call__(self, environ, start_response):
        path = environ["PATH_INFO"]
        if path == "/broken":
            raise KeyError("price")
        if path != "/token" and environ.get("HTTP_AUTHORIZATION") != "Bearer abc":
            start_response("401 Unauthorized", [("content-type", "text/plain")])
            return [b"who are you?"]
        start_response("200 OK", [("content-type", "application/json")])
        return [b'{"access_token": "abc"}']


app = Shop()
"""


@pytest.fixture
def run(tmp_path, python_with, monkeypatch):
    """The cells of a run of few requests by their scenarios."""

    def call(*words):
        path, python = tmp_path / "results.json", python_with("2.0")
        with answering(python, catalogue.MEASURED) as ask:
            in_one_process(ask, monkeypatch)
            few = ["--rounds", "1", "--operations", "16", "--no-explain", "-j", "1", "--python", python]
            commands.call(["run", *words, *few, "-q", "--no-table", "-f", "-o", str(path)])
        return {cell.scenario: cell for cell in results.read(path)}

    return call


@pytest.mark.parametrize(
    ("routes", "words"),
    [(["GET /sync", "GET /async", "GET /missing", "mixed"], []), (["POST /kept"], ["--workers", "2"])],
    ids=["one process", "two workers"],
)
def test_what_an_asgi_application_is_sent_is_answered_but_for_a_route_that_is_not(run, routes, words):
    asked = [word for route in routes for word in ("-s", route)]
    cells = run(INTENDED, "--app-dir", str(catalogue.MEASURED.parents[1]), *asked, *words)
    assert list(cells) == routes
    for name, cell in cells.items():
        assert (cell.verdict is Verdict.SKIPPED) == (name == "GET /missing")
        assert cell.error is None
        assert cell.operations == (0 if name == "GET /missing" else 16)


def test_a_wsgi_application_is_logged_in_to_and_what_it_raises_is_told(run, tmp_path):
    (tmp_path / "shop.py").write_text(SHOP)
    cells = run("shop:app", "--app-dir", str(tmp_path), "--login", "POST /token name=a")
    assert (cells["GET /items"].error, cells["GET /items"].operations) == (None, 16)
    assert cells["GET /broken"].verdict is Verdict.FAILED
    assert "KeyError: 'price'" in cells["GET /broken"].error
