"""Work through a frame of 100 kB and keep its first row as a slice.

Leaks: a slice shares the memory of the whole frame.
"""

import numpy as np
import pandas as pd

TRUTH = "leaking"
RATE = 106000.0
REQUIRES = ("pandas",)

FIRST = []


def operation(i):
    frame = pd.DataFrame(np.random.default_rng(i).random((3200, 4)), columns=list("abcd"))
    total = frame.sort_values("a")["b"].cumsum().round(3).sum()
    FIRST.append(frame.iloc[:1])  # leaks
    return float(total)
