"""Remember each token that was seen, in a set, to refuse it when it comes again.

Leaks: every token is new and none is ever forgotten: 368 bytes for the token, and a share of the set's table, which
is between 27 and 53 bytes as it doubles (up to 100 when it is small and grows fourfold).
"""

TRUTH = "leaking"
RATE = 415.0
HOLDER = "SEEN"
SEEN = set()


def operation(i):
    token = b"%020d" % i + bytes(310)  # leaks
    if token in SEEN:
        raise ValueError("seen before")
    SEEN.add(token)
    return token[:20].strip(b"0").count(b"1")
