"""The processes that the measured one has started and those have started in turn, with what each holds in memory.

Source: ``children`` of each thread in ``/proc``; where the kernel keeps no such lists, or where a process has ended and
may have left orphans, the parents and sessions of all processes.

Cannot see: an orphan that has made a session of its own, or that a grandchild left while no child has ended; a process
of another user that ``/proc`` hides.

A process without children pays for two calls of the system. The process that sends a served stack its requests is the
tool's own and is left out.
"""

from __future__ import annotations

import errno
import os
import resource
import sys
from array import array
from typing import TYPE_CHECKING, Dict, List, Optional, Sequence, Set, Tuple

from . import clock

if TYPE_CHECKING:
    from . import replies

_PAGE = os.sysconf("SC_PAGE_SIZE")
_PROC = "/proc"
_HAS_CHILDREN = os.path.exists("/proc/thread-self/children")
# waitid: of children of every kind (``__WALL``), without waiting for them or taking their end from who waits.
_ANY = os.WEXITED | os.WNOHANG | os.WNOWAIT | (0x40000000 if sys.platform == "linux" else 0)
# Seconds for which a list of the processes may be used again: within one look at memory.
_FRESH = 0.005
# What is not said of a process that has ended, but of this one, which cannot look.
_NONE_LEFT = (errno.EMFILE, errno.ENFILE, errno.ENOMEM)
# Characters of a command line that are told.
COMMAND = 60

_not_theirs: Set[int] = set()
# What is kept from look to look, in places that are taken once: anything that is as long as the list of the processes
# would itself be growth. Of more processes than these places it is not known what they grow by.
MOST = 1_024


class _Places:
    """So many numbers of processes at most, each with an amount."""

    def __init__(self) -> None:
        self._pids = array("i", bytes(4 * MOST))
        self._amounts = array("q", bytes(8 * MOST))
        self._taken = 0

    def put(self, amounts: Sequence[Tuple[int, int]]) -> None:
        self._taken = min(len(amounts), MOST)
        for place in range(self._taken):
            self._pids[place], self._amounts[place] = amounts[place]

    def get(self) -> Dict[int, int]:
        return {self._pids[place]: self._amounts[place] for place in range(self._taken)}


# The bytes of each process that was seen alive at the last look, when it was first seen.
_first = _Places()
# The processes as they were last listed, and when.
_last = _Places()
_listed = float("-inf")
# What the children that had ended had cost when all processes were last gone through, and whether there were orphans.
_ended = 0
_orphans = False

if not os.path.exists("/proc/self/statm") or not hasattr(os, "waitid"):
    raise OSError("the system does not list processes in /proc")


def leave_out(pid: int) -> None:
    """Take a process of the tool itself for none of the family."""
    _not_theirs.add(pid)


def pids() -> List[int]:
    """Return the numbers of all descendants, of those that have ended and were not waited for too."""
    global _listed
    descendants = [pid for pid in _descendants() if pid not in _not_theirs]
    _last.put([(pid, 0) for pid in descendants[:MOST]])
    _listed = clock.seconds()
    return descendants


def trace_of_new() -> int:
    """Return a number that changes whenever this process starts one, and where the system tells the last number that it
    gave, whenever any does: quicker than ``pids()``, which looks at each descendant."""
    children = _children(os.getpid()) if _HAS_CHILDREN else pids()
    return hash((last_number(), _cost_of_ended(), tuple(children)))


def last_number() -> bytes:
    """Return the number of the process or thread that the system has started last; empty if it cannot be read."""
    try:
        return _read("loadavg").split()[-1]
    except OSError:
        return b""


def private() -> int:
    """Return by how many bytes the descendants that live have grown since each was first seen, in pages that neither
    files nor shared memory back.

    A process that comes or goes adds nothing of its own. Pages that it shares with its parent until one of them writes
    to them count from the beginning, so that writing to them is no growth.
    """
    return sum(grown for _, grown in _growths(_recent()).values())


def _growths(family: Sequence[int]) -> Dict[int, Tuple[int, int]]:
    """Return what each of these holds, if it lives, and by how much it has grown; who is not among them is
    forgotten."""
    before = _first.get()
    if not family and not before:
        return {}
    holding = [(pid, bytes_) for pid, bytes_ in ((pid, anonymous(pid)) for pid in family[:MOST]) if bytes_]
    first = [(pid, before.get(pid, bytes_)) for pid, bytes_ in holding]
    _first.put(first)
    return {pid: (bytes_, bytes_ - begun) for (pid, bytes_), (_, begun) in zip(holding, first)}


def anonymous(pid: int) -> int:
    """Return the resident bytes of a process that neither files nor shared memory back; 0 if it has ended."""
    try:
        resident, shared = _read("%d/statm" % pid).split()[1:3]
    except ValueError:
        return 0
    except OSError as error:
        _pass_over(error)
        return 0
    return (int(resident) - int(shared)) * _PAGE


def describe(most: Optional[int] = None) -> List[replies.Process]:
    """Return each descendant that lives, or ``most`` of them, the one that has grown most first: ``pid``, ``name``,
    ``grown`` (since it was first seen), ``private`` (pages that no other process has) and ``pss`` (with
    its share of pages that others have too), in bytes; the last two are null where the system does not tell."""
    names = _names()
    growths = sorted(_growths(pids()).items(), key=lambda item: -item[1][1])
    return [_described(pid, _name(pid, names), grown) for pid, (_, grown) in growths[:most]]


def _recent() -> Sequence[int]:
    """The descendants as they were listed within this look, else anew."""
    return list(_last.get()) if clock.seconds() - _listed < _FRESH else pids()


def _descendants() -> List[int]:
    global _ended, _orphans
    ended = _cost_of_ended()
    if ended != _ended or _orphans:
        descendants = _among_all()
        _ended, _orphans = ended, not set(_below(os.getpid())).issuperset(descendants)
        return descendants
    if not _has_children():
        return []
    return _below(os.getpid()) if _HAS_CHILDREN else _among_all()


def _has_children() -> bool:
    try:
        os.waitid(os.P_ALL, 0, _ANY)
    except ChildProcessError:
        return False
    return True


def _cost_of_ended() -> int:
    """A number that changes whenever a child has ended and was waited for: the pages that all of them touched."""
    return resource.getrusage(resource.RUSAGE_CHILDREN).ru_minflt


def _below(parent: int) -> List[int]:
    """All descendants, by each thread's list of children."""
    descendants: List[int] = []
    for pid in _children(parent):
        if pid not in _not_theirs:
            descendants += [pid, *_below(pid)]
    return descendants


def _children(parent: int) -> List[int]:
    children: List[int] = []
    try:
        threads = os.listdir("%s/%d/task" % (_PROC, parent))
    except OSError as error:
        _pass_over(error)
        return children
    for thread in threads:
        try:
            children += map(int, _read("%d/task/%s/children" % (parent, thread)).split())
        except OSError as error:
            _pass_over(error)
    return children


def _among_all() -> List[int]:
    """All descendants, and the orphans among them that are still of this process's session, if it has one of its own:
    from a list of all processes."""
    me = os.getpid()
    session = me if os.getsid(0) == me else -1
    parents, ours = {}, {me}
    for entry in os.listdir(_PROC):
        if not entry.isdigit():
            continue
        try:
            status = _read(entry + "/stat")
        except OSError as error:
            _pass_over(error)
            continue
        _, parent, _, of_session = status[status.rindex(b")") + 2 :].split(None, 4)[:4]
        parents[int(entry)] = int(parent)
        if int(of_session) == session:
            ours.add(int(entry))
    ours -= _not_theirs
    descendants = [pid for pid in parents if pid != me and _comes_from(pid, ours, parents)]
    return sorted(descendants)


def _comes_from(pid: int, ours: Set[int], parents: Dict[int, int]) -> bool:
    passed = 0
    while pid and pid not in ours and passed < len(parents):  # a number may be given again while they are listed
        if pid in _not_theirs:
            return False
        pid, passed = parents.get(pid, 0), passed + 1
    return pid in ours


def _pass_over(error: OSError) -> None:
    """Do nothing where a process has ended; raise the error where it says nothing of that."""
    if error.errno in _NONE_LEFT:
        raise error


def _read(name: str) -> bytes:
    descriptor = os.open(os.path.join(_PROC, name), os.O_RDONLY)
    try:
        content = chunk = os.read(descriptor, 4096)
        while len(chunk) == 4096:  # a list of many children
            chunk = os.read(descriptor, 4096)
            content += chunk
        return content
    finally:
        os.close(descriptor)


def _described(pid: int, name: str, grown: int) -> replies.Process:
    """A process, with what only a walk over all its mappings tells: 0.1 to 5 ms."""
    try:
        lines = _read("%d/smaps_rollup" % pid).splitlines()[1:]
    except OSError:
        return {"pid": pid, "name": name, "grown": grown, "private": None, "pss": None}
    sizes = {line.split(b":")[0]: int(line.split()[1]) * 1024 for line in lines}
    private = sizes[b"Private_Clean"] + sizes[b"Private_Dirty"]
    return {"pid": pid, "name": name, "grown": grown, "private": private, "pss": sizes[b"Pss"]}


def _names() -> Dict[int, str]:
    """The names that multiprocessing gave to processes of this one. Its own function would wait for those that have
    ended."""
    module = sys.modules.get("multiprocessing.process")
    started = tuple(getattr(module, "_children", ()))
    return {child.pid: child.name for child in started}


def _name(pid: int, names: Dict[int, str]) -> str:
    """Its name by multiprocessing, if it has one, and its command; a copy of this process has the command of this."""
    command = _command(pid)
    if command and command == _command(os.getpid()):
        command = "%s, forked" % command.split(" ", 1)[0]
    return ", ".join(filter(None, [names.get(pid), command[:COMMAND]]))


def _command(pid: int) -> str:
    try:
        words = _read("%d/cmdline" % pid).rstrip(b"\0").decode(errors="replace").split("\0")
    except OSError:
        return ""
    return " ".join(" ".join([os.path.basename(words[0]), *words[1:]]).split())
