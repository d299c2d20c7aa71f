"""Handle a request of which every tenth fails; the handler of the failure keeps the request for a retry.

Leaks: the successes leave nothing, each failure a bytes object of 496 bytes in a list that nobody retries: 50 bytes
per operation.
"""

TRUTH = "leaking"
RATE = 50.5
HOLDER = "RETRY"
RETRY = []


def _handle(request, i):
    if i % 10 == 3:
        raise ConnectionError
    return request.count(b"\0")


def operation(i):
    request = b"%08d" % i + bytes(447)  # leaks
    try:
        return _handle(request, i)
    except ConnectionError:
        RETRY.append(request)
    return 0
