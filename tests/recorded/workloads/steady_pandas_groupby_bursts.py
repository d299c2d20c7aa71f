"""Build a frame of a few thousand rows, group and merge it, and drop everything.

Does not leak: much is allocated, and all of it freed.
"""

import numpy as np
import pandas as pd

TRUTH = "clean"
RATE = 0.0
REQUIRES = ("pandas",)


def operation(i):
    rows = 20000 if i % 40 == 0 else 500
    frame = pd.DataFrame({"key": np.arange(rows) % 17, "value": np.arange(rows) + i})
    return float(frame.groupby("key")["value"].mean().sum())
