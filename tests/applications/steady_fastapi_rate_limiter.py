"""A rate limiter remembers each customer for two seconds, and throws out the old ones now and then."""

import time

from fastapi import FastAPI

LEAKS = {}
SECONDS = 2.0

app = FastAPI()
seen = {}
swept = 0.0


@app.get("/customers/{id}/offers")
async def offers(id: int):
    global swept
    now = time.monotonic()
    if now - swept > SECONDS / 2:
        for other in [each for each, at in seen.items() if now - at > SECONDS]:
            del seen[other]
        swept = now
    is_early = id in seen
    seen[id] = now
    return {"offers": [], "early": is_early}
