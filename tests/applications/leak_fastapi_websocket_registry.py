"""Whoever joins a room is kept in a registry; of one of two kinds of rooms nobody is taken out again."""

from fastapi import FastAPI, WebSocket, WebSocketDisconnect

LEAKS = {"WEBSOCKET /rooms/{room}": None}
HOLDER = "listeners"

app = FastAPI()
listeners = []
guests = set()


async def echo(websocket: WebSocket):
    try:
        while True:
            await websocket.send_text(await websocket.receive_text())
    except WebSocketDisconnect:
        pass


@app.websocket("/rooms/{room}")
async def listen(websocket: WebSocket, room: str):
    await websocket.accept()
    listeners.append(websocket)  # leaks
    await echo(websocket)


@app.websocket("/lobby")
async def visit(websocket: WebSocket):
    await websocket.accept()
    guests.add(websocket)
    try:
        await echo(websocket)
    finally:
        guests.discard(websocket)


@app.get("/rooms")
async def count():
    return {"guests": len(guests)}
