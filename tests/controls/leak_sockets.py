"""Make a socket with a buffer of 4 KiB in every 1,200th operation and keep both.

Leaks: descriptors, and with each the buffer: 4,096 bytes, its object, the socket and the connection, which comes to 3.7
bytes per operation. A million operations keep 834 sockets.
"""

import socket

TRUTH = "leaking"
RATE = 3.7
HOLDER = "CONNECTIONS"
CONNECTIONS = []


class Connection:
    __slots__ = ("buffer", "socket")

    def __init__(self):
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_STREAM)  # leaks
        self.buffer = bytearray(4096)  # leaks


def operation(i):
    if i % 1200 == 0:
        CONNECTIONS.append(Connection())  # leaks
    return sorted((i * k) % 31 for k in range(64))


def teardown():
    while CONNECTIONS:
        CONNECTIONS.pop().socket.close()
