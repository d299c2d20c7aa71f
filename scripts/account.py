"""Compare the account of resident memory with workloads whose memory is known; write docs/account.md.

``python scripts/account.py [-o FILE] [--only NAME...]`` carries out each workload hands-off under glibc's malloc and,
where they are installed, under jemalloc and mimalloc, and compares each part of the account with what the workload was
made to hold. What is left over may be a twentieth of the growth or 1 MB; a part may be off by a tenth or 1 MB. The
table goes to FILE as Markdown. Exit code 1 if any is further off.
"""

from __future__ import annotations

import asyncio
import contextlib
import ctypes.util
import os
import platform
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pages

from find_mem_leaks.judging.deployed import PARTS, Deployed
from find_mem_leaks.leading.hands_off import deployed
from find_mem_leaks.leading.worker import Worker

MB = 1_000_000
OPERATIONS = 20_000
TOLERANCE = 0.1
LEFT_OVER = 0.05
SECONDS = 120.0
HEADER = """\
import ctypes, gc, mmap, os, threading
from collections import deque
c = ctypes.CDLL(None)
c.malloc.restype = ctypes.c_void_p
c.malloc.argtypes = [ctypes.c_size_t]
c.free.argtypes = [ctypes.c_void_p]
c.memset.argtypes = [ctypes.c_void_p, ctypes.c_int, ctypes.c_size_t]
"""
# Carries out a workload without this tool; prints by how many bytes jemalloc's own records grew meanwhile.
OWN_RECORDS = f"""
def records():
    epoch, size, length = ctypes.c_uint64(1), ctypes.c_size_t(), ctypes.c_size_t(8)
    c.mallctl(b"epoch", None, None, ctypes.byref(epoch), length)
    c.mallctl(b"stats.metadata", ctypes.byref(size), ctypes.byref(length), None, ctypes.c_size_t(0))
    return size.value
before = records()
setup()
for i in range({OPERATIONS}): operation(i)
print(records() - before, flush=True)
os._exit(0)
"""


@dataclass(frozen=True)
class Ingredient:
    """Memory of one kind.

    Attributes:
        parts: bytes that an operation adds to each part of the account.
        before: code at the top of the file.
        setup: code of ``setup``.
        operation: code of ``operation(i)``.
        once: bytes that the whole run adds to each part.
    """

    parts: Mapping[str, float]
    before: str = ""
    setup: str = ""
    operation: str = "pass"
    once: Mapping[str, float] | None = None

    def expected(self, operations: int) -> dict[str, float]:
        sizes = {part: size * operations for part, size in self.parts.items()}
        for part, size in (self.once or {}).items():
            sizes[part] = sizes.get(part, 0) + size
        return sizes


LAST = OPERATIONS - 1
CYCLE = "cycle = [bytearray(1900)]; cycle.append(cycle)"
# Bytes of what the operations below make, as Python's allocator and glibc round them.
CYCLE_BYTES = 2_112
SMALL_BYTES, LARGE_BYTES, STRUCT_BYTES = 448, 2_016, 64
# A pool of Python's allocator has room for 36 of the small ones.
POOL_BYTES = 16_384
THREADS = 40
# Bytes of its stack that a thread writes to.
STACK_BYTES = 18_000
# Bytes that an allocator takes for each thread itself.
OF_A_THREAD = {"glibc": 0, "jemalloc": 30_000, "mimalloc": 60_000}
INGREDIENTS = {
    "small objects": Ingredient(
        {"python": SMALL_BYTES * 4, "kept_by_python": (POOL_BYTES / 36 - SMALL_BYTES) * 4},
        before=f"small = [None] * {4 * OPERATIONS}",
        operation="small[4 * i : 4 * i + 4] = [bytes(400) for _ in range(4)]",
    ),
    "large objects": Ingredient(
        {"python": LARGE_BYTES + STRUCT_BYTES},
        before=f"large = [None] * {OPERATIONS}",
        operation="large[i] = bytearray(2000)",
    ),
    "native": Ingredient({"native": 2_016}, operation="c.memset(c.malloc(2000), 1, 2000)"),
    "native, mapped": Ingredient({"native": 1_966.08}, operation="i % 100 or c.memset(c.malloc(196_608), 1, 196_608)"),
    "garbage, collector off": Ingredient({"garbage": CYCLE_BYTES}, setup="gc.disable()", operation=CYCLE),
    "garbage, threshold of a billion": Ingredient(
        {"garbage": CYCLE_BYTES}, setup="gc.set_threshold(1_000_000_000)", operation=CYCLE
    ),
    "garbage, frozen and old": Ingredient(
        {"garbage": CYCLE_BYTES * 0.75},
        once={"python": 5_000 * CYCLE_BYTES},
        before="young = deque(maxlen=5_000)",
        setup="gc.freeze(); gc.set_threshold(50_000, 500, 1_000)",
        operation=f"{CYCLE}; young.append(cycle)",
    ),
    "fragments of the C heap": Ingredient(
        {"kept_by_heap": LARGE_BYTES * 0.98, "kept_by_python": STRUCT_BYTES * 0.98, "python": 0.02 * LARGE_BYTES},
        before=f"rest, few = [None] * {OPERATIONS}, []",
        operation=f"rest[i] = bytearray(2000)\n    if i == {LAST}: few.extend(rest[::50]); rest.clear()",
    ),
    "fragments of Python's allocator": Ingredient(
        {"kept_by_python": 5 * SMALL_BYTES * 29 / 30, "python": 5 * SMALL_BYTES / 30},
        before=f"blocks, some = [None] * {5 * OPERATIONS}, []",
        operation="blocks[5 * i : 5 * i + 5] = [bytes(400) for _ in range(5)]\n"
        f"    if i == {LAST}: some.extend(blocks[::30]); blocks.clear()",
    ),
    "arenas of 40 threads": Ingredient(
        {},
        once={"kept_by_heap": THREADS * 15 * 57_344, "native": THREADS * 57_344, "mapped": THREADS * STACK_BYTES},
        before=f"free, freed = threading.Event(), threading.Barrier({THREADS + 1})\n"
        "def work():\n"
        "    taken = [c.malloc(57_344) for _ in range(16)]\n"
        "    for block in taken: c.memset(block, 1, 57_344)\n"
        "    free.wait()\n"
        "    for block in taken[:-1]: c.free(block)\n"
        "    freed.wait(); threading.Event().wait()",
        operation=f"i % {OPERATIONS // THREADS} or threading.Thread(target=work, daemon=True).start()\n"
        f"    if i == {LAST}: free.set(); freed.wait()",
    ),
    "mapped pages": Ingredient(
        {"mapped": 2_048, "python": 100},
        before="maps = []",
        operation="if i % 2 == 0: maps.append(mmap.mmap(-1, 4096, mmap.MAP_PRIVATE)); maps[-1][:1] = b'x'",
    ),
    "shared pages": Ingredient(
        {"shared": 2_048},
        before=f"shared = mmap.mmap(-1, 2048 * {OPERATIONS})",
        operation="shared[2048 * i] = 1",
    ),
    "pages of a file": Ingredient(
        {"files": 2_048},
        before="import tempfile\nfile = tempfile.TemporaryFile(dir='/var/tmp')\n"
        f"for _ in range({OPERATIONS} // 500): file.write(bytes(1_024_000))\n"
        "file.flush()\npages = mmap.mmap(file.fileno(), 0)",
        operation="pages[2048 * i]",
    ),
}
INGREDIENTS["child processes"] = Ingredient(
    {"children": LARGE_BYTES},
    before="""from multiprocessing import Pipe, get_context
here, there = Pipe()
def serve():
    held = []
    while True:
        held.append(bytearray(there.recv() * 2000)); there.send(len(held))""",
    setup="get_context('fork').Process(target=serve, daemon=True).start()",
    operation="i % 100 == 99 and (here.send(100), here.recv())",
)
INGREDIENTS["shared memory left behind"] = Ingredient(
    {"left": 2_048},
    before="from multiprocessing import resource_tracker, shared_memory\n"
    "resource_tracker.register = resource_tracker.unregister = lambda *_: None",
    operation="if i % 100 == 0:\n"
    "        made = shared_memory.SharedMemory(create=True, size=204_800)\n"
    "        made.buf[:] = bytes(204_800); made.close()",
)
ALONE = [(name,) for name in INGREDIENTS]
MIXED = [
    *[("small objects", other) for other in list(INGREDIENTS)[2:]],
    *[("native", other) for other in list(INGREDIENTS)[4:]],
    ("large objects", "mapped pages", "garbage, collector off"),
    ("fragments of the C heap", "fragments of Python's allocator"),
    ("native, mapped", "arenas of 40 threads", "shared pages"),
    ("garbage, frozen and old", "fragments of Python's allocator"),
    ("garbage, threshold of a billion", "pages of a file", "large objects"),
    ("small objects", "native", "garbage, collector off", "mapped pages", "pages of a file", "shared pages"),
    tuple(name for name in INGREDIENTS if not name.startswith("garbage")),
]


def source(names: Sequence[str]) -> str:
    """A workload of these ingredients."""
    chosen = [INGREDIENTS[name] for name in names]
    setups = [each.setup for each in chosen if each.setup] or ["pass"]
    lines = [HEADER, *(each.before for each in chosen), "def setup():", *(f"    {setup}" for setup in setups)]
    return "\n".join([*lines, "def operation(i):", *(f"    {each.operation}" for each in chosen)]) + "\n"


def expected(names: Sequence[str]) -> dict[str, float]:
    """Bytes of each part after all operations."""
    sizes = dict.fromkeys(PARTS, 0.0)
    for name in names:
        for part, size in INGREDIENTS[name].expected(OPERATIONS).items():
            sizes[part] += size
    return sizes


def allocators() -> Iterator[tuple[str, dict[str, str]]]:
    """glibc's malloc, and the others that are installed, each with the variables that choose it."""
    yield "glibc", {}
    for name in ("jemalloc", "mimalloc"):
        library = ctypes.util.find_library(name)
        if library:
            yield name, {"LD_PRELOAD": library}


async def measure(file: Path, settings: Mapping[str, str]) -> Deployed:
    """The account of a workload after all operations, half of them in each of two stretches."""
    half = OPERATIONS // 2
    async with Worker(sys.executable, 0, settings) as worker:
        await worker.ask(
            SECONDS,
            do="open",
            file=str(file),
            directory=worker.directory,
            concurrency=1,
            seed=0,
            capacity=OPERATIONS,
            hands_off=True,
            probes=["shared_memory"],
        )
        begin = await worker.ask(SECONDS, do="account", when="begin")
        await worker.ask(SECONDS, do="prepare", round=0, operations=OPERATIONS)
        readings = [await worker.ask(SECONDS, do="leave", operations=half) for _ in range(2)]
        end = await worker.ask(SECONDS, do="account", when="end")
    return deployed((half, OPERATIONS), readings, begin, end)


def own_records(file: Path, allocator: str, settings: Mapping[str, str]) -> int:
    """Bytes by which an allocator's records of a workload's blocks grow; of jemalloc alone they are known."""
    if allocator != "jemalloc":
        return 0
    plain, printed = file.with_name("plain.py"), file.with_name("printed")
    plain.write_text(file.read_text() + OWN_RECORDS)
    with printed.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, plain], env={**os.environ, **settings}, stdout=output, start_new_session=True
        )
        failed = process.wait(SECONDS)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)  # its children, which wait for more to do
    if failed:
        raise RuntimeError(f"a plain process of {file} ended with exit code {failed}")
    return int(printed.read_text())


@dataclass(frozen=True)
class Row:
    """What became of a workload under one allocator, and bytes by which that one's own records grew meanwhile."""

    names: Sequence[str]
    allocator: str
    made: Deployed
    own_records: int

    @property
    def off(self) -> dict[str, tuple[float, float]]:
        """Return by how many bytes each part is off, and by how many it may be: what the C heap had free before the
        first operation may have been used."""
        truth, account = expected(self.names), dict(self.made.account)
        if "arenas of 40 threads" in self.names:
            truth["native"] += THREADS * OF_A_THREAD[self.allocator]
        truth["kept_by_heap"] += self.own_records
        if "unread_heap" in account:
            truth["unread_heap"] = truth.pop("native") + truth.pop("kept_by_heap")
            account["unread_heap"] += account["native"]
        free = dict.fromkeys(("kept_by_heap", "unread_heap"), float(self.made.begin["kept"] or 0))
        return {
            part: (account.get(part, 0) - size, max(MB, TOLERANCE * size) + free.get(part, 0))
            for part, size in truth.items()
        }

    @property
    def worst(self) -> tuple[str, float]:
        """The part that is furthest off, and by how many bytes."""
        part = max(self.off, key=lambda each: abs(self.off[each][0]) / self.off[each][1])
        return part, self.off[part][0]

    @property
    def is_right(self) -> bool:
        within = all(abs(off) <= most for off, most in self.off.values())
        return within and abs(self.made.left_over) <= max(MB, LEFT_OVER * self.made.growth)

    def cells(self) -> list[str]:
        part, off = self.worst
        parts = ", ".join(
            f"{PARTS[part]} {size / MB:.1f}"
            for part, size in sorted(self.made.account.items(), key=lambda item: -item[1])
            if abs(size) >= MB
        )
        growth, left_over = (f"{size / MB:.1f}" for size in (self.made.growth, self.made.left_over))
        furthest, right = f"{PARTS[part]} {off / MB:+.1f}", "yes" if self.is_right else "**no**"
        return [", ".join(self.names), self.allocator, growth, parts, left_over, furthest, right]


def page(rows: Sequence[Row], command: str) -> str:
    right = sum(row.is_right for row in rows)
    kinds = len({tuple(row.names) for row in rows})
    lines = [
        "# The account of resident memory",
        "",
        f"{kinds} workloads whose memory is known part by part, {OPERATIONS:,} operations each, under each allocator:",
        f"{right} of {len(rows)} accounts are right. An account is right if what is left over is at most a twentieth",
        "of the growth or 1 MB, and each part is within a tenth or 1 MB of what the workload was made to hold;",
        "what jemalloc keeps has its own records with it, as large as it says in a process without this tool.",
        "",
        f"CPython {platform.python_version()}, Linux. Made by `{command}`. All figures in MB.",
        "",
        "| workload | allocator | growth | parts of 1 MB or more | left over | furthest off | right |",
        "| --- | --- | ---: | --- | ---: | --- | --- |",
        pages.rows(row.cells() for row in rows),
    ]
    return "\n".join(lines) + "\n"


def main() -> int:
    parser = pages.parser(__doc__)
    parser.add_argument("--only", nargs="*", help="workloads of these ingredients alone")
    arguments = parser.parse_args()
    chosen = [(name,) for name in arguments.only] if arguments.only else [*ALONE, *MIXED]
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "work.py"
        for names in chosen:
            file.write_text(source(names))
            for allocator, settings in allocators():
                records = own_records(file, allocator, settings)
                rows.append(Row(names, allocator, asyncio.run(measure(file, settings)), records))
                print(" | ".join(rows[-1].cells()), file=sys.stderr, flush=True)
    pages.write(page(rows, arguments.command), arguments.output)
    return 0 if all(row.is_right for row in rows) else 1


if __name__ == "__main__":
    sys.exit(main())
