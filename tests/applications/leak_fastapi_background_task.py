"""A background task keeps what it was to send once it is sent."""

from fastapi import BackgroundTasks, FastAPI

LEAKS = {"POST /mails": 1_073}
HOLDER = "sent"

app = FastAPI()
sent = []
last = {}


def send():
    sent.append(bytearray(1_000))  # leaks


def note(name):
    last["name"] = name


@app.post("/mails")
async def mail(tasks: BackgroundTasks):
    tasks.add_task(send)


@app.post("/notes")
async def write(tasks: BackgroundTasks):
    tasks.add_task(note, "an order")
