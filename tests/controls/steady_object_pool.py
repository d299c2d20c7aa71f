"""Take a connection from a pool of twenty, use it and give it back.

Does not leak: the pool makes connections while it has less than twenty; then they go round. Each keeps its last 50
queries.
"""

import collections

TRUTH = "clean"
RATE = 0.0


class Connection:
    def __init__(self):
        self.queries = collections.deque(maxlen=50)


class Pool:
    def __init__(self, size):
        self.idle = collections.deque()
        self.missing = size

    def acquire(self):
        if self.missing:
            self.missing -= 1
            return Connection()
        return self.idle.popleft()

    def release(self, connection):
        self.idle.append(connection)


POOL = Pool(20)


def operation(i):
    connection = POOL.acquire()
    connection.queries.append(f"SELECT {i:08d}")
    POOL.release(connection)
    return len(connection.queries)
