"""The handler of an exception keeps it, and by its traceback the frames of the request."""

from fastapi import FastAPI
from fastapi.responses import RedirectResponse

LEAKS = {"GET /account": None}
HOLDER = "failures"

app = FastAPI()
failures = []


class NotSignedIn(Exception):
    pass


class NotHere(Exception):
    pass


@app.exception_handler(NotSignedIn)
async def sign_in(request, error):
    failures.append(error)  # leaks
    return RedirectResponse("/login")


@app.exception_handler(NotHere)
async def home(request, error):
    return RedirectResponse("/")


@app.get("/account")
async def account():
    raise NotSignedIn  # leaks


@app.get("/old")
async def old():
    raise NotHere
