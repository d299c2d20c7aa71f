"""Compare the client with wrk, ab, hey and Locust, as far as installed; write a table of docs/your-service.md.

``python scripts/load_generators.py PYTHON [-o PAGE]`` serves small applications by PYTHON, which has fastapi, flask,
uvicorn and waitress, one at a time, and has each generator ask for the same path for some seconds, in turn, several
times; the median of each is shown. Of the tools (wrk, ab, hey, Locust) those are used that are installed. Beside it
stands how much of the processor a request takes at either end, which a busy machine changes less: where the client
takes less than the server, the server is what both wait for.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from typing import Any, NamedTuple

import load
import pages
import psutil

from find_mem_leaks.subjects import catalogue

CONCURRENCY = 2
SECONDS = 4
TIMES = 3
# Requests of one stretch of this tool's client.
STRETCH = 1000
OURS = "find-mem-leaks"
MARKS = "<!-- load generators: begin -->", "<!-- load generators: end -->"
APPLICATIONS = {
    "bare ASGI, uvicorn": """
async def app(scope, receive, send):
    if scope["type"] == "http":
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"2")]})
        await send({"type": "http.response.body", "body": b"ok"})
""",
    "FastAPI, uvicorn": """
from fastapi import FastAPI
app = FastAPI()
@app.get("/")
async def root(name: str = "x"):
    return {"hello": name, "numbers": list(range(20))}
""",
    "bare WSGI, waitress": """
def app(environ, start_response):
    start_response("200 OK", [("Content-Length", "2")])
    return [b"ok"]
""",
    "Flask, waitress": """
from flask import Flask
app = Flask(__name__)
@app.get("/")
def root():
    return {"hello": "x", "numbers": list(range(20))}
""",
}
SERVE = {
    "uvicorn": "import uvicorn; uvicorn.run(app, port={port}, log_level='error', access_log=False)",
    "waitress": "import waitress; waitress.serve(app, host='127.0.0.1', port={port}, threads=4, _quiet=True)",
}
USERS = Path(__file__).parent / "peers" / "locust_users.py"


class Tool(NamedTuple):
    """A load tool: its arguments before the address, and what it says of its rate; where its start takes long what it
    says of the number of requests, and the arguments with which it only starts."""

    arguments: list[str]
    pattern: str
    number: str = ""
    only_starts: tuple[str, ...] = ()


TOOLS: dict[str, Tool] = {
    "wrk": Tool(["-t1", f"-c{CONCURRENCY}", f"-d{SECONDS}s"], r"Requests/sec:\s*([\d.]+)"),
    "ab": Tool(
        ["-k", "-q", "-c", str(CONCURRENCY), "-t", str(SECONDS), "-n", "1000000"],
        r"Requests per second:\s*([\d.]+)",
    ),
    "hey": Tool(["-c", str(CONCURRENCY), "-z", f"{SECONDS}s"], r"Requests/sec:\s*([\d.]+)"),
    "locust": Tool(
        f"-f {USERS} --headless --only-summary -u {CONCURRENCY} -r {CONCURRENCY} -t {3 * SECONDS}s -H".split(),
        r"Aggregated .*\|\s*([\d.]+)\s+[\d.]+\s*$",
        r"Aggregated\s+(\d+)",
        ("--version",),
    ),
}


class Rate(NamedTuple):
    """Requests a second, and seconds of the processor that a request takes of the generator."""

    requests: float
    processor: float


class Outcome(NamedTuple):
    """What came of an application: the generators' rates, and seconds of the processor a request of the server."""

    rates: dict[str, Rate]
    server: float


@contextmanager
def served(python: str, name: str) -> Iterator[tuple[int, psutil.Process]]:
    """Serve an application in a process of its own; give its port, and the process."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
    code = APPLICATIONS[name] + SERVE[name.rsplit(maxsplit=1)[1]].format(port=port)
    process = subprocess.Popen([python, "-c", code])
    try:
        _wait(port, process)
        yield port, psutil.Process(process.pid)
    finally:
        process.kill()
        process.wait()


def _wait(port: int, process: subprocess.Popen[bytes]) -> None:
    """Wait until something listens."""
    while process.poll() is None:
        with socket.socket() as client:
            if client.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise SystemExit("the application did not start")


def ours(python: str, port: int) -> Rate:
    """The rate of this tool's client, of which one stretch passes before the clock starts."""
    setting = {"port": port, "concurrency": CONCURRENCY, "routes": [["GET", "/", None, {}]], "seed": 0}
    command, stretch = [python, str(catalogue.MEASURED), "client"], {"begin": 0, "end": STRETCH}
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        _tell(process, {**setting, "capacity": STRETCH, "patience": 10})
        _ask(process, {"round": 1, "operations": STRETCH, "stable": 0})
        _ask(process, stretch)
        client = psutil.Process(process.pid)
        used, started, sent = seconds_used(client), time.perf_counter(), 0
        while (seconds := time.perf_counter() - started) < SECONDS:
            _ask(process, stretch)
            sent += STRETCH
        used = seconds_used(client) - used
        process.communicate()
    return Rate(sent / seconds, used / sent)


def seconds_used(process: psutil.Process) -> float:
    """Seconds of the processor that a process has taken."""
    times = process.cpu_times()
    return float(times.user + times.system)


def _tell(process: subprocess.Popen[str], message: dict[str, Any]) -> None:
    assert process.stdin is not None
    process.stdin.write(json.dumps(message) + "\n")
    process.stdin.flush()


def _ask(process: subprocess.Popen[str], message: dict[str, Any]) -> None:
    assert process.stdout is not None
    _tell(process, message)
    answer = json.loads(process.stdout.readline())
    if "error" in answer:
        raise SystemExit(answer["error"])


def theirs(tool: str, port: int) -> Rate:
    """The rate of a load tool, by its own word."""
    arguments, pattern, number, only_starts = TOOLS[tool]
    output, used = _run([tool, *arguments, f"http://127.0.0.1:{port}/"])
    if only_starts:
        used -= _run([tool, *only_starts])[1]
    rate = _read(pattern, output)
    requests = _read(number, output) if number else rate * SECONDS
    if not requests:
        raise SystemExit(f"{tool} got no answer: is the machine too busy?")
    return Rate(rate, used / requests)


def _read(pattern: str, output: str) -> float:
    match = re.search(pattern, output, re.MULTILINE)
    assert match is not None, output
    return float(match[1])


def _run(command: list[str]) -> tuple[str, float]:
    """Return what a command has printed, and seconds of the processor that it took."""
    before = load.processor()
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    return done.stdout + done.stderr, load.processor() - before


def measure(python: str, tools: list[str]) -> dict[str, Outcome]:
    """Return what came of each application and generator, in the median of several turns."""
    outcomes: dict[str, Outcome] = {}
    for name in APPLICATIONS:
        turns: dict[str, list[Rate]] = {each: [] for each in (OURS, *tools)}
        servers: list[float] = []
        with served(python, name) as (port, server):
            for _ in range(TIMES):
                used = seconds_used(server)
                rate = ours(python, port)
                turns[OURS].append(rate)
                servers.append((seconds_used(server) - used) / (rate.requests * SECONDS + STRETCH))
                for tool in tools:
                    turns[tool].append(theirs(tool, port))
        outcomes[name] = Outcome({generator: _median(rates) for generator, rates in turns.items()}, median(servers))
    return outcomes


def _median(rates: list[Rate]) -> Rate:
    return Rate(median(rate.requests for rate in rates), median(rate.processor for rate in rates))


def table(outcomes: dict[str, Outcome], command: str) -> str:
    generators = list(next(iter(outcomes.values())).rates)
    caption = (
        f"Made by `{command}`: requests a second, {CONCURRENCY} at a time over kept connections. In brackets: "
        "microseconds of processor time that the generator spends on a request; *server*: those that the server "
        f"spends. Medians of {TIMES} runs of {SECONDS} s, on {os.cpu_count()} cores. "
        f"Load average at the end: {os.getloadavg()[0]:.1f}."
    )
    lines = [caption]
    lines += ["", f"| application | {' | '.join(generators)} | server |", f"| --- |{' ---: |' * (len(generators) + 1)}"]
    for name, outcome in outcomes.items():
        rates = [outcome.rates[generator] for generator in generators]
        fields = [f"{rate.requests:,.0f} ({rate.processor * 1e6:.0f})" for rate in rates]
        lines.append(pages.row([name, *fields, f"{outcome.server * 1e6:.0f}"]))
    return "\n".join(lines) + "\n"


def main() -> None:
    parser = pages.parser(__doc__)
    parser.add_argument("python", help="an interpreter with fastapi, flask, uvicorn and waitress")
    arguments = parser.parse_args()
    tools = [tool for tool in TOOLS if shutil.which(tool)]
    if not tools:
        raise SystemExit(f"none of {', '.join(TOOLS)} is installed")
    pages.write(table(measure(arguments.python, tools), arguments.command), arguments.output, MARKS)


if __name__ == "__main__":
    main()
