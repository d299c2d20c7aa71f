import asyncio, logging, tracemalloc
from litestar import Litestar, get
from litestar.testing import AsyncTestClient


@get("/search", cache=1)
async def search(q: str) -> str:
    return q


async def main():
    app = Litestar([search])
    async with AsyncTestClient(app) as client:
        for stretch in range(4):
            for i in range(500):
                await client.get(f"/search?q={stretch}-{i}")
            await asyncio.sleep(1.1)
            size = tracemalloc.get_traced_memory()[0]
            kept = app.stores.get("response_cache")._store.values()
            print(len(kept), "responses,", sum(entry.expired for entry in kept), "expired,", size, "bytes")
            tracemalloc.start()


logging.disable()
asyncio.run(main())
