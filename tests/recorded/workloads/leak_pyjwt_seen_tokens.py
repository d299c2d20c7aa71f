"""Check a token and remember its id to refuse it a second time.

Leaks: the ids of tokens that have long run out are not removed.
"""

import jwt

TRUTH = "leaking"
RATE = None
REQUIRES = ("pyjwt",)

SEEN = set()
_key = "k" * 32


def operation(i):
    token = jwt.encode({"jti": f"{i:024d}"}, _key, algorithm="HS256")
    SEEN.add(jwt.decode(token, _key, algorithms=["HS256"])["jti"])  # leaks
