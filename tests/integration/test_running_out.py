"""Workloads that fail: for want of what they leak, which is a leak, and for other reasons, which is none."""

import contextlib
import io

import pytest

from find_mem_leaks import commands, errors, results
from find_mem_leaks.judged import judged as judged_again
from find_mem_leaks.judging.verdict import Verdict

LIMITED = "import os, resource, socket, sqlite3, sys, threading\nKEPT = []\ndef limit(name, most):\n"
LIMITED += "    resource.setrlimit(name, (most, resource.getrlimit(name)[1]))\n"
OF_DESCRIPTORS = LIMITED + "limit(resource.RLIMIT_NOFILE, {})\n"
OF_MEMORY = LIMITED + "limit(resource.RLIMIT_AS, {} << 20)\n"

# Each with the reading that ran out, what the reason says, the operations before the failure, and the line to find.
LEAKS = {
    "descriptors": (
        OF_DESCRIPTORS.format(120) + "def operation(i): os.open(os.devnull, os.O_RDONLY)\n",
        ("file_descriptors", "(RLIMIT_NOFILE of 120); OSError: [Errno 24] Too many open files", 120, 6),
    ),
    "sockets": (
        OF_DESCRIPTORS.format(300) + "def operation(i): KEPT.append(socket.socket())\n",
        ("file_descriptors", "(RLIMIT_NOFILE of 300); OSError: [Errno 24] Too many open files", 300, 6),
    ),
    "connections": (
        OF_DESCRIPTORS.format(150)
        + "def setup(directory): KEPT.append(directory + '/db')\n"
        + "def operation(i):\n    one = sqlite3.connect(KEPT[0])\n    KEPT.append(one)\n    one.execute('select 1')\n",
        ("file_descriptors", "(RLIMIT_NOFILE of 150); OperationalError: unable to open database file", 150, 8),
    ),
    "clients": (
        LIMITED
        + "class OperationalError(Exception): pass\n"
        + "def operation(i):\n    if i == 90: raise OperationalError('FATAL: sorry, too many clients already')\n"
        + "    KEPT.append(socket.socket())\n",
        ("file_descriptors", "it ran out of connections; OperationalError: FATAL: sorry, too many clients", 91, 8),
    ),
    "threads": (
        OF_MEMORY.format(800)
        + "threading.stack_size(4 << 20)\nGATE = threading.Event()\n"
        + "def operation(i): threading.Thread(target=GATE.wait, daemon=True).start()\n",
        ("threads", "(RLIMIT_AS of 838,860,800); RuntimeError: can't start new thread", 300, 8),
    ),
    "memory": (
        OF_MEMORY.format(200) + "def operation(i): KEPT.append(bytearray(400_000))\n",
        ("live_bytes", "it ran out of memory (RLIMIT_AS of 209,715,200); MemoryError", 600, 6),
    ),
}
# What explaining takes itself leaves room for fewer operations than there were before one failed.
LEAKS["descriptors_of_which_explaining_takes_many"] = (
    OF_DESCRIPTORS.format(300)
    + "def operation(i):\n    if len(KEPT) == 90 and 'memray' in sys.modules: limit(resource.RLIMIT_NOFILE, 90)\n"
    + "    KEPT.append(socket.socket())\n",
    ("file_descriptors", "(RLIMIT_NOFILE of 300); OSError: [Errno 24] Too many open files", 300, 8),
)
OTHERS = {
    "a_bug_while_descriptors_rise": (
        OF_DESCRIPTORS.format(500) + "def operation(i):\n    KEPT.append(socket.socket())\n    if i == 157: 1 / 0\n",
        "ZeroDivisionError",
    ),
    "many_at_once_while_descriptors_rise": (
        OF_DESCRIPTORS.format(500)
        + "def operation(i):\n    KEPT.append(socket.socket())\n"
        + "    if i == 57: more = [socket.socket() for _ in range(2000)]\n",
        "OSError: [Errno 24] Too many open files",
    ),
    "a_terabyte_while_memory_rises": (
        OF_MEMORY.format(800) + "def operation(i):\n    KEPT.append([i] * 1000)\n    if i == 557: bytearray(1 << 40)\n",
        "MemoryError",
    ),
    "locked_while_memory_rises": (
        LIMITED
        + "def setup(folder): KEPT.extend(sqlite3.connect(folder + '/db', timeout=0.1) for _ in 'ab')\n"
        + "def operation(i):\n    KEPT.append([i] * 1000)\n"
        + "    if i == 600: KEPT[0].execute('begin exclusive')\n"
        + "    KEPT[1].execute('begin immediate')\n    KEPT[1].rollback()\n",
        "OperationalError: database is locked",
    ),
    "all_in_one_operation": (
        OF_DESCRIPTORS.format(300)
        + "def operation(i):\n    if i == 99: KEPT.extend(socket.socket() for _ in range(400))\n",
        "OSError: [Errno 24] Too many open files",
    ),
}


@pytest.fixture(scope="module")
def path(tmp_path_factory):
    folder = tmp_path_factory.mktemp("own")
    for name, (text, _) in {**LEAKS, **OTHERS}.items():
        (folder / f"{name}.py").write_text(text)
    path = folder / "results.json"
    files = sorted(map(str, folder.glob("*.py")))
    assert commands.call(["run", *files, "-q", "--no-table", "-o", str(path)]) == errors.LEAK
    return path


@pytest.fixture(scope="module")
def judged(path):
    return {cell.stack: cell for cell in results.read(path)}


@pytest.mark.parametrize("name", LEAKS)
def test_a_resource_that_runs_out_is_a_leak(judged, name):
    cell, (reading, reason, most, _) = judged[name], LEAKS[name][1]
    assert cell.verdict is Verdict.LEAKING, cell.reason
    assert reading in cell.convicted_by
    assert reason in cell.reason
    assert 12 <= cell.failure.operation <= most
    if reading != "live_bytes":
        assert cell.growth[reading].rate == pytest.approx(1, rel=0.02)


@pytest.mark.parametrize("name", LEAKS)
def test_its_line_is_found_before_it_runs_out(judged, name):
    cell, line = judged[name], LEAKS[name][1][-1]
    assert cell.culprits, cell.explained
    assert (cell.culprits[0].frame.function, cell.culprits[0].frame.line) == ("operation", line), cell.explained


def test_what_holds_it_is_told(judged):
    assert "list `KEPT` of module sockets" in judged["sockets"].culprits[0].holder
    assert judged["descriptors"].culprits[0].holder.startswith("the operating system")


@pytest.mark.parametrize("name", LEAKS)
def test_its_hands_off_part_stays_within_half_of_it(judged, name):
    cell = judged[name]
    if cell.failure.operation >= 2 * 48:
        assert cell.not_deployed is None
        assert 48 <= cell.deployed.operations <= cell.failure.operation / 2 + 1
    else:
        assert cell.not_deployed.startswith("operation ")
        assert " fails, which is too soon: " in cell.not_deployed


@pytest.mark.parametrize("name", OTHERS)
def test_an_operation_that_fails_for_another_reason_has_failed(judged, name):
    assert judged[name].verdict is Verdict.FAILED, judged[name].reason
    assert judged[name].error.startswith(OTHERS[name][1])
    assert judged[name].convicted_by == ()


def test_records_judge_themselves_to_the_same(judged):
    for cell in judged.values():
        assert judged_again(cell, cell.rules) == cell


def shown(*arguments):
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        commands.call(list(map(str, arguments)))
    return out.getvalue()


def test_it_is_shown_as_other_leaks_are(path, tmp_path, monkeypatch):
    assert "❌" in next(line for line in shown("show", path).splitlines() if "sockets" in line)
    why = " ".join(shown("show", path, "--why", "sockets").split())
    assert "passes all of these: file descriptors does." in why
    monkeypatch.chdir(path.parent)
    annotations = shown("show", path, "--format", "github").splitlines()
    assert any(line.startswith("::error file=sockets.py,line=6,") for line in annotations)
    shown("report", path, "-o", tmp_path)
    [page] = tmp_path.glob("*.html")
    assert "RLIMIT_NOFILE of 300" in page.read_text()


def test_the_fixed_protocol_finds_it_too(tmp_path):
    (tmp_path / "sockets.py").write_text(LEAKS["sockets"][0])
    path = tmp_path / "results.json"
    fixed = ["--rounds", "3", "--operations", "300", "--no-explain", "-q", "--no-table", "-o", str(path)]
    assert commands.call(["run", str(tmp_path / "sockets.py"), *fixed]) == errors.LEAK
    [cell] = results.read(path)
    assert cell.convicted_by == ("live_bytes", "blocks", "file_descriptors")
