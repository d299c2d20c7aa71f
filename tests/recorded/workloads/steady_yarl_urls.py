"""Take apart and join ever new URLs with yarl, which caches the results of several steps.

Does not leak: yarl's caches are bounded, at 128 to a few hundred entries.
"""

from yarl import URL

TRUTH = "clean"
RATE = 0.0
REQUIRES = ("yarl",)


def operation(i):
    url = URL(f"http://host-{i}.localhost:8080/a/{i}?q={i}") / "b"
    return url.with_host(f"other-{i}.localhost").human_repr()
