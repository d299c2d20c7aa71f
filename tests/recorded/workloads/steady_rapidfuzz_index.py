"""Look for a name among 300 with rapidfuzz, and exchange one of the names for another each time.

Does not leak: the list of names keeps its length.
"""

from rapidfuzz import process

TRUTH = "clean"
RATE = 0.0
REQUIRES = ("rapidfuzz",)

NAMES = [f"customer {k * 7919 % 1000:04d}" for k in range(300)]


def operation(i):
    NAMES[i % 300] = f"customer {i * 7919:08d}"
    return process.extractOne(f"custmer {i % 1000}", NAMES)[1]
