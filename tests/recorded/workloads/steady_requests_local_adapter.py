"""Send requests through a session whose adapter answers without a network; each answer sets one of 40 cookies.

Does not leak: the jar holds 40 cookies at most.
"""

import io

import requests
from requests.adapters import BaseAdapter
from requests.models import Response

TRUTH = "clean"
RATE = 0.0
REQUIRES = ("requests",)


class LocalAdapter(BaseAdapter):
    def send(self, request, **kw):
        response = Response()
        response.status_code, response.url, response.request = 200, request.url, request
        response.raw = io.BytesIO(b"answer to " + request.url.encode())
        return response

    def close(self):
        pass


_session = requests.Session()
_session.mount("http://local/", LocalAdapter())


def operation(i):
    _session.cookies.set(f"visit_{i * 7 % 40}", str(i), domain="local", path="/")
    return len(_session.get(f"http://local/{i}").content)
