"""Go through a WebSocket handshake, three messages and the close in memory.

Does not leak: both ends are dropped; the last 50 stay for a while.
"""

import collections

from websockets.client import ClientProtocol
from websockets.server import ServerProtocol
from websockets.uri import parse_uri

TRUTH = "clean"
RATE = 0.0
REQUIRES = ("websockets",)

RECENT = collections.deque(maxlen=50)


def operation(i):
    client, server = ClientProtocol(parse_uri(f"ws://localhost/{i}")), ServerProtocol()
    client.send_request(client.connect())
    server.receive_data(b"".join(client.data_to_send()))
    (request,) = server.events_received()
    server.send_response(server.accept(request))
    client.receive_data(b"".join(server.data_to_send()))
    for k in range(3):
        client.send_text(b"message %d" % k)
    server.receive_data(b"".join(client.data_to_send()))
    RECENT.append(server)
    return len(server.events_received())
