import asyncio, logging, tracemalloc
from litestar import Litestar, get
from litestar.middleware.session.server_side import ServerSideSessionConfig
from litestar.testing import AsyncTestClient


@get("/health")
async def health() -> str:
    return "ok"


async def main():
    app = Litestar([health], middleware=[ServerSideSessionConfig().middleware])
    async with AsyncTestClient(app) as client:
        for _ in range(4):
            for _ in range(500):
                await client.get("/health")
                client.cookies.clear()
            size = tracemalloc.get_traced_memory()[0]
            store = app.stores.get("sessions")
            print(len(store._store), "sessions,", {entry.data for entry in store._store.values()}, size, "bytes")
            tracemalloc.start()


logging.disable()
asyncio.run(main())
