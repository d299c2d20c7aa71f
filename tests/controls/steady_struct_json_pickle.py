"""Write a record as JSON, as a pickle and as a struct, and read each back.

Does not leak: encoders, decoders and the struct module's cache (100 formats) keep nothing of the records.
"""

import json
import pickle
import struct

TRUTH = "clean"
RATE = 0.0


def operation(i):
    record = {"id": i, "name": f"name {i % 50}", "values": [i, i / 2, None, True]}
    by_json = json.loads(json.dumps(record))
    by_pickle = pickle.loads(pickle.dumps(record))  # noqa: S301 - its own
    packed = struct.pack("<Qd20s", i, i / 2, b"name")
    return by_json == by_pickle, struct.unpack("<Qd20s", packed)[0]
