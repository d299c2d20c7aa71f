"""Which server a WSGI application has."""

import importlib.util

import pytest

from find_mem_leaks.measured import served_applications
from find_mem_leaks.measured.over_gunicorn import Gunicorn
from find_mem_leaks.measured.serving import Waitress


@pytest.mark.parametrize(
    ("installed", "kind"),
    [(["waitress", "gunicorn"], Waitress), (["waitress"], Waitress), (["gunicorn"], Gunicorn), ([], Waitress)],
)
def test_gunicorn_serves_where_there_is_that_alone(monkeypatch, installed, kind):
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: name if name in installed else None)
    assert type(served_applications._server(print, as_deployed=False)) is kind
