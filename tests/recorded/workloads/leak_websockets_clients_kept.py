"""Go through a WebSocket handshake in memory and file the connection among the clients.

Leaks: the connection is closed but stays in the set.
"""

from websockets.client import ClientProtocol
from websockets.server import ServerProtocol
from websockets.uri import parse_uri

TRUTH = "leaking"
RATE = 3870.0
REQUIRES = ("websockets",)

CLIENTS = set()


def operation(i):
    client, server = ClientProtocol(parse_uri(f"ws://localhost/{i}")), ServerProtocol()
    client.send_request(client.connect())
    server.receive_data(b"".join(client.data_to_send()))
    (request,) = server.events_received()
    server.send_response(server.accept(request))
    CLIENTS.add(server)  # leaks
    server.send_close(1000)
    return len(server.data_to_send())
