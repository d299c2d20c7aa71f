"""Jobs are looked up by their numbers; those that are done are never taken out."""

import itertools
from concurrent.futures import ThreadPoolExecutor

from flask import Flask

LEAKS = {"POST /jobs": None}
HOLDER = "jobs"

app = Flask(__name__)
executor = ThreadPoolExecutor(2)
jobs = {}
numbers = itertools.count()


def work():
    return bytes(500)  # leaks


@app.post("/jobs")
def begin():
    number = next(numbers)  # leaks
    jobs[number] = executor.submit(work)  # leaks
    return {"job": number}


@app.post("/work")
def do():
    return {"size": len(executor.submit(work).result())}
