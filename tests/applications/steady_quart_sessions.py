"""Each visitor gets a session in a signed cookie: the server keeps nothing."""

from quart import Quart, session

LEAKS = {}

app = Quart(__name__)
app.secret_key = "secret"


@app.get("/visit/<int:id>")
async def visit(id):
    session["visitor"] = id
    return {"visits": 1}
