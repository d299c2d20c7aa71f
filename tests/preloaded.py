"""What the allocators read in a process that another malloc is loaded into: for the tests of each of them."""

from __future__ import annotations

import os
import subprocess
import sys

# Without glibc's cache for each thread, as in every measured process.
TUNABLES = "glibc.malloc.tcache_count=0"
# What each piece of code begins with: ``read``, ``take`` so many blocks of a size for good, ``rise`` of an action.
BEGIN = """
import ctypes, sys, threading
from find_mem_leaks.measured.probes import heap
allocator = heap.allocator
C = ctypes.CDLL(None)
C.malloc.argtypes, C.malloc.restype, C.free.argtypes = [ctypes.c_size_t], ctypes.c_void_p, [ctypes.c_void_p]

def take(number, size):
    for _ in range(number):
        C.malloc(size)

def rise(action, *arguments):
    before = allocator.read()[0]
    action(*arguments)
    return allocator.read()[0] - before

rise(take, 1, 10)
"""
KEEPS_NOTHING = """
def read():
    for _ in range(500):
        allocator.read(), allocator.kept(), allocator.blind()
read()
blocks = sys.getallocatedblocks()
print(rise(read), sys.getallocatedblocks() - blocks < 100)
"""
# A thread that goes on takes ten blocks for good, and 150 that it gives back into its cache.
IN_A_THREAD = """
begin, done, end = threading.Event(), threading.Event(), threading.Event()
def work():
    begin.wait()
    for block in [C.malloc(640) for _ in range(150)]:
        C.free(block)
    take(10, 20_000)
    done.set()
    end.wait()
def let():
    begin.set()
    done.wait()
thread = threading.Thread(target=work)
thread.start()
print(rise(let))
print(allocator.blind())
end.set()
thread.join()
"""
# What is free can be given back, and is kept no longer.
TRIMMED = """
blocks = [C.malloc(5_000) for _ in range(4_000)]
for block in blocks:
    C.free(block)
before = allocator.kept()
print(allocator.trim(), before, allocator.kept())
"""


def run(code: str, library: str = "", **environment: str) -> list[str]:
    """Run code in a process with another malloc, and return the lines that it prints."""
    variables = {**os.environ, "GLIBC_TUNABLES": TUNABLES, "LD_PRELOAD": library, **environment}
    command = [sys.executable, "-c", BEGIN + code]
    return subprocess.run(command, env=variables, capture_output=True, text=True, check=True).stdout.splitlines()
