import asyncio, gc, socket, struct, uvicorn


async def answer(scope, receive, send):
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"2")]})
    await send({"type": "http.response.body", "body": b"ok"})


def request(address, linger):
    with socket.create_connection(address) as client:
        client.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
        while not client.recv(1000).endswith(b"ok"):
            pass
        client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", linger, 0))


def kept():
    gc.collect()
    return sum(type(each).__name__ in ("H11Protocol", "HttpToolsProtocol") for each in gc.get_objects())


async def main():
    listening = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(answer, lifespan="off", log_level="warning", timeout_keep_alive=3))
    serving = asyncio.create_task(server.serve([listening]))
    for what, linger in (("closed", 0), ("reset", 1)):
        for _ in range(100):
            await asyncio.to_thread(request, listening.getsockname(), linger)
        await asyncio.sleep(0.5)
        print(what, kept(), "protocols,", len(server.server_state.connections), "connections")
    await asyncio.sleep(3)
    print("3 s later", kept(), "protocols")
    server.should_exit = True
    await serving


asyncio.run(main())
