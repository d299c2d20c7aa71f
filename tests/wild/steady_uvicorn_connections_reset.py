"""Serve one request by uvicorn on a connection that its client resets after the response.

Does not leak, but keeps: a connection's timer is cancelled when it is closed and not when it is reset, so that the
objects of each are kept for the keep-alive time, here 5 s as uvicorn has it.
"""

import asyncio
import socket
import struct

import uvicorn

TRUTH = "clean"
RATE = 0.0
REQUIRES = ("uvicorn==0.54.0",)

_RESET = struct.pack("ii", 1, 0)
_socket = socket.socket()
_server = None


async def _answer(scope, receive, send):
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"2")]})
    await send({"type": "http.response.body", "body": b"ok"})


async def setup():
    global _server
    _socket.bind(("127.0.0.1", 0))
    _server = uvicorn.Server(uvicorn.Config(_answer, lifespan="off", http="h11", ws="none", log_level="warning"))
    _server.running = asyncio.create_task(_server.serve([_socket]))
    while not _server.started:
        await asyncio.sleep(0.01)


async def operation(i):
    reader, writer = await asyncio.open_connection(*_socket.getsockname())
    writer.write(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
    await reader.readuntil(b"ok")
    writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
    writer.transport.abort()
    while _server.server_state.connections:
        await asyncio.sleep(0)


async def teardown():
    _server.should_exit = True
    await _server.running
