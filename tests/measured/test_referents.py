"""What objects refer to, of every CPython that may be measured."""

import subprocess
from pathlib import Path

import pytest

from find_mem_leaks.measured import referents
from find_mem_leaks.subjects import catalogue, environments

OBJECTS = """
import asyncio, gc, sys, _asyncio
sys.path.insert(0, sys.argv[1])
from measured import referents
from measured.accounting import objects
from measured.explaining import inventory

async def main():
    await asyncio.gather(asyncio.sleep(0), asyncio.sleep(0.0001))

for _ in range(50):
    asyncio.run(main())
assert referents.of([main]) == [main]
objects.count(1 << 20)
inventory.everything()
referents.of(_asyncio)
gc.collect()
print("collected")
"""


def test_what_objects_refer_to_is_what_the_collector_says():
    first, second = object(), object()
    assert referents.without_dead([first], (second,)) == referents.of([first], (second,)) == [first, second]


@pytest.mark.parametrize("version", ["3.8", "3.12", "3.13"])
def test_a_collection_ends_after_all_objects_were_asked_what_they_refer_to(version):
    python = environments.find_python(version)
    words = [python, "-c", OBJECTS, str(Path(catalogue.MEASURED).parent)]
    answer = subprocess.run(words, check=True, capture_output=True, text=True, timeout=120)
    assert answer.stdout == "collected\n"
