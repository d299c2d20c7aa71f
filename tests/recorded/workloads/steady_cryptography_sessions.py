"""Make a key per session, encrypt with it, and keep the keys of the last 1000 sessions.

Does not leak: the oldest key goes when the thousand is full.
"""

import collections

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

TRUTH = "clean"
RATE = 0.0
REQUIRES = ("cryptography",)

SESSIONS = collections.OrderedDict()


def operation(i):
    SESSIONS[f"session-{i}"] = cipher = AESGCM(i.to_bytes(32, "big"))
    if len(SESSIONS) > 1000:
        SESSIONS.popitem(last=False)
    return len(cipher.encrypt(i.to_bytes(12, "big"), b"m" * 200, None))
