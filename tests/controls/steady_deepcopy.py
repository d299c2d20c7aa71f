"""Copy a nested configuration deeply and change the copy.

Does not leak: the copy and the table of what was copied go at the end of the operation.
"""

import copy

TRUTH = "clean"
RATE = 0.0
DEFAULTS = {"name": "service", "hosts": [{"address": "10.0.0.1", "ports": [80, 443]}], "limits": {"rate": 1.5}}


def operation(i):
    configuration = copy.deepcopy(DEFAULTS)
    configuration["hosts"].append({"address": f"10.0.0.{i % 250}", "ports": []})
    return len(configuration["hosts"])
