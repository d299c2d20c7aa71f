"""Keep the last 3000 requests, each made of a yarl URL, a CIMultiDict and a FrozenList, in a ring.

Does not leak: the ring is full after 3000 operations.
"""

from frozenlist import FrozenList
from multidict import CIMultiDict
from yarl import URL

TRUTH = "clean"
RATE = 0.0
REQUIRES = ("frozenlist", "multidict", "yarl")

RING = [None] * 3000


def operation(i):
    cookies = FrozenList([f"c{i}", "d"])
    cookies.freeze()
    RING[i % 3000] = (URL(f"http://localhost/{i}"), CIMultiDict({"Host": "localhost", "X-Id": str(i)}), cookies)
