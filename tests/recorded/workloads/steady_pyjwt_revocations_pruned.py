"""Remember the ids of used tokens and clear out every 700 operations those that have run out.

Does not leak: about 1400 ids at most.
"""

import jwt

TRUTH = "clean"
RATE = 0.0
REQUIRES = ("pyjwt",)

SEEN = {}
_key = "k" * 32


def operation(i):
    token = jwt.encode({"jti": f"{i:024d}"}, _key, algorithm="HS256")
    SEEN[jwt.decode(token, _key, algorithms=["HS256"])["jti"]] = i
    if i % 700 == 0:
        for name in [name for name, when in SEEN.items() if when < i - 700]:
            del SEEN[name]
