"""The judging side's end of the protocol, against small programs in the place of the measured process."""

import asyncio
import json
import sys
import time
from pathlib import Path

import pytest

import find_mem_leaks
from find_mem_leaks import scratch
from find_mem_leaks.judging.failure import Ceiling, Failure, Raised
from find_mem_leaks.leading import worker
from find_mem_leaks.leading.worker import Worker, WorkerError
from find_mem_leaks.subjects import catalogue

CLOSED = {"closed": True}
ANSWER = "import sys\nfor line in sys.stdin:\n    print({!r}, flush=True)\n"


@pytest.fixture
def program(tmp_path, monkeypatch):
    """Put a program in the place of the measured process."""

    def put(text):
        (tmp_path / "__main__.py").write_text(text)
        monkeypatch.setattr(catalogue, "MEASURED", tmp_path)

    return put


def answering(reply):
    return ANSWER.format(reply if isinstance(reply, str) else json.dumps(reply))


def ask(seconds=20.0, executable=sys.executable, seed=0):
    """What the process answers to ``close``, which takes the least to be an answer."""

    async def asked():
        async with Worker(executable, seed) as running:
            return await running.ask(seconds, do="close")

    return asyncio.run(asked())


def reason(**how):
    with pytest.raises(WorkerError) as caught:
        ask(**how)
    assert "\n" not in str(caught.value)
    return str(caught.value)


def test_a_reply_is_what_the_process_says(program):
    program(answering({**CLOSED, "more": [1, 2]}))
    assert ask() == {"closed": True, "more": [1, 2]}


def test_the_process_is_told_its_request_in_one_line(program):
    program("import json, sys\nprint(json.dumps({'closed': json.loads(sys.stdin.readline())}), flush=True)")
    assert ask()["closed"] == {"do": "close"}


@pytest.mark.parametrize("text", ["hello", "[]", "3", "", '{"closed": tru', "null"])
def test_what_is_no_reply_is_told_as_it_is(program, text):
    program(answering(text))
    assert "of the protocol" in reason()
    assert repr(text.encode())[2:-1][:10] in reason()


def test_a_reply_that_lacks_what_was_asked_for_is_told(program):
    program(answering({"other": 1}))
    assert "'close'" in reason()


def test_a_line_without_an_end_is_cut(program, monkeypatch):
    monkeypatch.setattr(worker, "LONGEST_REPLY", 1_000)
    program("print('x' * 5_000, end='', flush=True)\nimport time; time.sleep(60)")
    assert "more than 1000 bytes" in reason()


def test_no_answer_is_waited_for_no_longer_than_was_said(program):
    program("import time; time.sleep(60)")
    assert "no answer to 'close' in 0 s" in reason(seconds=0.3)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("import sys; print('first\\nlast words  ', file=sys.stderr); sys.exit(7)", "exited with code 7: last words"),
        ("raise SystemExit(3)", "exited with code 3"),
        ("raise KeyError('a')", "exited with code 1: KeyError: 'a'"),
        ("import os, signal; os.kill(os.getpid(), signal.SIGKILL)", "killed by SIGKILL"),
        ("import os, signal; os.kill(os.getpid(), signal.SIGRTMIN + 1)", "killed by signal 35"),
        ("import os, sys; os.write(2, b'\\xff\\n' + b'x' * 9_000); sys.exit(1)", "exited with code 1: xxx"),
    ],
)
def test_the_end_of_a_process_is_told_with_its_last_words(program, text, words):
    program(text)
    said = reason()
    assert said.startswith(words)
    assert len(said) < 300


def test_a_process_that_closes_its_end_and_goes_on_is_killed(program, monkeypatch):
    monkeypatch.setattr(worker, "GOODBYE_SECONDS", 0.2)
    program("import os, time; os.close(1); time.sleep(60)")
    assert reason().startswith("closed its end")


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (
            {"message": "no\n more  posts", "place": "a.py:3"},
            "RuntimeError: no more posts (a.py:3, after 1,234 operations)",
        ),
        ({"message": "", "place": ""}, "RuntimeError (after 1,234 operations)"),
        ({"message": "x" * 999}, "RuntimeError: xxx"),
    ],
)
def test_an_error_is_told_with_its_place_and_the_operations_before_it(program, error, words):
    program(answering({"error": {"type": "RuntimeError", "operation": 1_234, **error}}))
    said = reason()
    assert said.startswith(words)
    assert len(said) < 350


def test_hashes_depend_on_the_seed_and_the_heap_keeps_nothing_back(program):
    program("import json, os, sys\nprint(json.dumps({'closed': dict(os.environ)}), flush=True)")
    environment = ask(seed=2**32 + 5)["closed"]
    assert environment["PYTHONHASHSEED"] == "5"
    assert "tcache_count=0" in environment["GLIBC_TUNABLES"]
    assert ask(seed=-1)["closed"]["PYTHONHASHSEED"] == str(2**32 - 1)


def is_there(directory):
    return directory.exists()


def is_alive(process):
    try:
        state = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state != "Z"


def test_nothing_is_left_behind_not_even_what_the_process_has_started(program):
    program(
        "import subprocess, sys\n"
        "child = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)'])\n"
        "sys.stdin.readline()\nprint('{\"closed\": %d}' % child.pid, flush=True)\nsys.stdin.readline()"
    )

    async def run():
        async with Worker(sys.executable, 0) as running:
            directory = Path(running.directory)
            assert is_there(directory)
            child = (await running.ask(20, do="close"))["closed"]
            assert is_alive(child)
        for _ in range(100):
            if not is_alive(child):
                break
            await asyncio.sleep(0.02)
        return directory, child

    directory, child = asyncio.run(run())
    assert not is_there(directory)
    assert not is_alive(child)


def test_a_process_of_a_session_of_its_own_is_ended_though_its_parent_has_gone(program):
    program(
        "import os, subprocess, sys\n"
        'code = \'import subprocess, sys; print(subprocess.Popen([sys.executable, "-c", "import time; '
        "time.sleep(60)\"], start_new_session=True, stdout=subprocess.DEVNULL).pid)'\n"
        "orphan = subprocess.check_output([sys.executable, '-c', code])\n"
        "sys.stdin.readline()\nprint('{\"closed\": %d}' % int(orphan), flush=True)\nsys.stdin.readline()"
    )
    orphan = ask()["closed"]
    for _ in range(100):
        if not is_alive(orphan):
            break
        time.sleep(0.02)
    assert not is_alive(orphan)


def test_shared_memory_that_is_left_is_removed(program):
    program(
        "import os, sys\n"
        f"sys.path.insert(0, {str(Path(find_mem_leaks.__file__).parents[1])!r})\n"
        "from multiprocessing import shared_memory\n"
        "from find_mem_leaks.measured.probes import shared_memory as probe\n"
        "probe.begin(os.environ['FIND_MEM_LEAKS_CELL'])\n"
        "memory = shared_memory.SharedMemory(create=True, size=4096)\n"
        'sys.stdin.readline()\nprint(\'{"closed": "%s"}\' % memory.name, flush=True)\nsys.stdin.readline()'
    )
    name = ask()["closed"]
    assert name.startswith("psm_")
    assert not (scratch.IN_MEMORY / name).exists()


def test_a_program_that_cannot_be_started_leaves_no_directory(monkeypatch, tmp_path):
    monkeypatch.setattr(scratch, "IN_MEMORY", tmp_path)
    with pytest.raises(OSError, match="No such file"):
        ask(executable="/no/such/python")
    assert list(tmp_path.iterdir()) == []


def test_closing_is_asked_for_and_waited_for(program):
    program(answering(CLOSED))

    async def run():
        async with Worker(sys.executable, 0) as running:
            await running.close(20)

    asyncio.run(run())


def test_what_the_process_says_of_a_failure_is_kept(program):
    error = {"type": "OSError", "message": "too many", "operation": 9, "place": "", "traceback": ""}
    raised = [{"type": "OSError", "errno": "EMFILE", "message": "too many"}]
    ceilings = [{"name": "RLIMIT_NOFILE", "most": 20, "before": 8, "used": 20}]
    program(answering({"error": {**error, "raised": raised, "ceilings": ceilings}}))
    with pytest.raises(WorkerError, match="OSError: too many") as failed:
        ask()
    assert failed.value.failure == Failure(
        9, (Raised("OSError", "EMFILE", "too many"),), (Ceiling("RLIMIT_NOFILE", 20, 8, 20),)
    )


def test_of_a_process_that_said_nothing_nothing_is_known(program):
    program("raise SystemExit(3)")
    with pytest.raises(WorkerError) as failed:
        ask()
    assert failed.value.failure is None


CHILD = "import os, time\nif os.fork() == 0:\n    {}\n    time.sleep(60)\n    os._exit(0)\n"


def test_a_process_that_dies_while_a_copy_of_it_lives_is_not_said_to_hang(program):
    program(CHILD.format("pass") + "import signal; os.kill(os.getpid(), signal.SIGKILL)")
    assert reason() == "killed by SIGKILL"


def test_a_copy_in_a_session_of_its_own_is_ended_with_the_process(program):
    program(CHILD.format("os.setsid()") + answering(CLOSED))
    started = time.monotonic()
    assert ask() == CLOSED
    assert time.monotonic() - started < 30
