"""Write one of 300 keys to a diskcache in the scratch folder.

Does not leak: the data are on disk, and SQLite's page cache has room for all of them.
"""

import diskcache

TRUTH = "clean"
RATE = 0.0
REQUIRES = ("diskcache",)


def setup(scratch):
    global CACHE
    CACHE = diskcache.Cache(scratch, sqlite_synchronous=0, sqlite_journal_mode="memory", sqlite_mmap_size=0)


def operation(i):
    CACHE.set(f"key-{i * 11 % 300}", {"number": i, "text": "t" * 200})
    return CACHE.get(f"key-{i % 300}")


def teardown():
    CACHE.close()
