"""Fixtures of tests whose truth is known: `test_leak_…` leak at the lines that say so, all others do not."""

import pytest

clients = []


class Client:
    def __init__(self):
        self.answers = ["answer %d" % number for number in range(3)]


@pytest.fixture
def client():
    """Registered, and never taken away again."""
    made = Client()
    clients.append(made)  # leaks: a fixture
    return made


@pytest.fixture
def closed_client():
    made = Client()
    clients.append(made)
    yield made
    clients.remove(made)


@pytest.fixture(scope="session")
def shop():
    return {"orders": []}


@pytest.fixture(params=["sqlite", "memory"])
def backend(request):
    return request.param


@pytest.fixture(scope="module", params=[1, 2])
def size(request):
    yield request.param
