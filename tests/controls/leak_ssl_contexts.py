"""Make a TLS context for every 500th request instead of one for all, and keep it with the request.

Leaks: a context is kilobytes of OpenSSL's own, from the C heap. How many depends on its version: 13 KB here, 26 bytes
per operation.
"""

import ssl

TRUTH = "leaking"
RATE = None
HOLDER = "CONTEXTS"
CONTEXTS = []


def operation(i):
    if i % 500 == 0:
        CONTEXTS.append(ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT))  # leaks
    return "GET /item/{} HTTP/1.1\r\nHost: {}\r\n".format(i, "example.org").encode().split(b"\r\n")
