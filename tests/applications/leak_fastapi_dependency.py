"""A dependency writes down every request, and nobody ever takes one off the list."""

from fastapi import Depends, FastAPI

LEAKS = {"GET /orders": 1_073}
HOLDER = "audit"

app = FastAPI()
audit = []


def audited():
    audit.append(bytearray(1_000))  # leaks


@app.get("/orders", dependencies=[Depends(audited)])
async def orders():
    return []


@app.get("/health")
async def health():
    return "fine"
