"""Make a ``threading.local`` for every tenth request, and keep it with the request.

Leaks: the list of requests is never pruned, and each local also keeps a dictionary for this thread.
"""

import threading

TRUTH = "leaking"
RATE = 95.0
HOLDER = "REQUESTS"
REQUESTS = []


def operation(i):
    if i % 10 == 0:
        local = threading.local()  # leaks
        local.user = i % 100  # leaks
        REQUESTS.append(local)
    return REQUESTS[-1].user * 2 + len(str(i))
