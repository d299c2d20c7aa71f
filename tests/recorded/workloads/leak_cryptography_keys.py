"""Make an Ed25519 key for each device and keep it under the device's name.

Leaks: each key holds OpenSSL's native memory as well as a Python object.
"""

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

TRUTH = "leaking"
RATE = None
REQUIRES = ("cryptography",)

KEYS = {}


def operation(i):
    key = Ed25519PrivateKey.from_private_bytes(i.to_bytes(32, "big"))
    KEYS[f"device-{i}"] = key  # leaks
