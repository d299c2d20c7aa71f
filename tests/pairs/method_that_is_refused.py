"""A request with a method that its path does not have, behind a middleware. aiohttp 3.10.10 keeps what it tells of each
for ever, 3.10.11 does not."""

import asyncio

from aiohttp import web

REQUEST = b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\n\r\n"


class _Served:
    runner = reader = writer = None


@web.middleware
async def _middleware(request, handler):
    return await handler(request)


async def _answer(request):
    return web.Response(text="ok")


async def setup():
    application = web.Application(middlewares=[_middleware])
    application.router.add_get("/", _answer)
    _Served.runner = web.AppRunner(application, access_log=None)
    await _Served.runner.setup()
    site = web.TCPSite(_Served.runner, "127.0.0.1", 0)
    await site.start()
    port = _Served.runner.addresses[0][1]
    _Served.reader, _Served.writer = await asyncio.open_connection("127.0.0.1", port)


async def operation(i):
    _Served.writer.write(REQUEST)
    head = await _Served.reader.readuntil(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 405 ")
    fields = dict(line.lower().split(b": ", 1) for line in head.split(b"\r\n")[1:-2])
    await _Served.reader.readexactly(int(fields[b"content-length"]))


async def teardown():
    _Served.writer.close()
    await _Served.runner.cleanup()
