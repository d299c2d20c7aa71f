"""One process of another environment's interpreter that answers the requests of one stack after another.

Its memory is nobody's measure, so it may be traced: where this process is, what it runs is part of the coverage. It is
started as ``python answering.py MEASURED [FOLDER DATA]``: the measured wing, and where coverage is and keeps its data.
"""

import importlib.util
import json
import os
import runpy
import subprocess
import sys
import tempfile
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).parents[1]


@contextmanager
def answering(python, measured):
    """A way to ask such a process, as a measured process is asked."""
    from find_mem_leaks.leading import worker

    command = [python, __file__, str(measured), *_coverage()]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:

        async def ask(seconds, **request):
            process.stdin.write(json.dumps(request) + "\n")
            process.stdin.flush()
            return worker._parse(process.stdout.readline())

        yield ask
    assert process.returncode == 0


def in_one_process(ask, monkeypatch):
    """Let the tool measure in the process that ``ask`` asks, one cell after another, and start none of its own."""
    from find_mem_leaks.leading import outlines, processes, trying

    class Worker:
        def __init__(self, executable, seed, settings=None):
            self._folder = tempfile.TemporaryDirectory()
            self.directory = self._folder.name
            self._is_open = False

        async def __aenter__(self):
            return self

        async def __aexit__(self, *_):
            if self._is_open:
                await self.close(60.0)
            self._folder.cleanup()

        async def ask(self, seconds, **request):
            self._is_open = False  # an error is the last reply
            reply = await ask(seconds, **request)
            self._is_open = request["do"] not in {"outline", "close"}
            return reply

        async def close(self, seconds):
            await self.ask(seconds, do="close")

    for module in (processes, outlines, trying):
        monkeypatch.setattr(module, "Worker", Worker)


def _coverage():
    """Where coverage is and keeps its data, if this process is traced."""
    import coverage

    tracing = coverage.Coverage.current()
    if tracing is None:
        return []
    return [str(Path(coverage.__file__).parents[1]), str(Path(tracing.config.data_file).resolve())]


def traced(measured, folder, data):
    """Trace the measured wing from here on; ``folder`` is on the path for no longer than it takes to find coverage."""
    sys.path.append(folder)
    import coverage

    sys.path.remove(folder)
    concurrency = ["thread", "greenlet"] if importlib.util.find_spec("greenlet") else ["thread"]
    options = {"include": [f"{measured}/*"], "branch": True, "concurrency": concurrency}
    tracing = coverage.Coverage(data_file=data, data_suffix=True, config_file=False, **options)
    tracing.set_option("run:relative_files", value=True)
    tracing.start()
    return tracing


def answer(measured):
    """Answer until nothing more is asked, a worker for each stack; what stacks print goes to standard error."""
    requests, replies = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    os.dup2(2, 1)
    runpy.run_path(f"{measured}/__main__.py", run_name="start")["load_package"]()
    from measured.protocol import serve

    while requests.peek(1):
        serve(requests, replies)


if __name__ == "__main__":
    tracing = traced(*sys.argv[1:]) if sys.argv[2:] else None
    answer(sys.argv[1])
    if tracing:
        tracing.stop()
        tracing.save()
