"""Take a connection from a pool in each operation, and forget to give one in ten back.

Leaks: the pool makes another connection whenever none is idle, and keeps track of all those in use: a connection of 48
bytes with a buffer of 1,072 per ten operations, and a place in the list.
"""

TRUTH = "leaking"
RATE = 113.0
HOLDER = "Pool.in_use"


class Connection:
    __slots__ = ("buffer", "uses")

    def __init__(self):
        self.buffer = bytes(1024)  # leaks
        self.uses = 0


class Pool:
    def __init__(self):
        self.idle = []
        self.in_use = []

    def acquire(self):
        connection = self.idle.pop() if self.idle else Connection()  # leaks
        self.in_use.append(connection)
        connection.uses += 1
        return connection

    def release(self):
        self.idle.append(self.in_use.pop())


POOL = Pool()


def operation(i):
    connection = POOL.acquire()
    total = connection.buffer.count(b"\0") + i
    if i % 10:
        POOL.release()
    return total
