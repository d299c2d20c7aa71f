"""Send requests to a FastAPI application through its test client, which starts an event loop for each.

Does not leak: loops, tasks and threads end with their request, and the history holds 100 entries.
"""

import collections
import warnings

from fastapi import FastAPI

warnings.simplefilter("ignore")  # about the client's choice of httpx

from fastapi.testclient import TestClient  # noqa: E402

TRUTH = "clean"
RATE = 0.0
REQUIRES = ("fastapi", "httpx")

HISTORY = collections.deque(maxlen=100)
_application = FastAPI()


@_application.get("/items/{number}")
async def item(number: int, q: str = ""):
    HISTORY.append({"number": number, "q": q})
    return {"number": number}


_client = TestClient(_application)


def operation(i):
    return _client.get(f"/items/{i}?q=word{i}").json()["number"]
