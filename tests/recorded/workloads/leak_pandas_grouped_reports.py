"""Group a frame of some thousand rows and append the summary to a list of reports.

Leaks: the list of frames is never cut.
"""

import numpy as np
import pandas as pd

TRUTH = "leaking"
RATE = 3370.0
REQUIRES = ("pandas",)

REPORTS = []
_key = np.arange(2000) % 7


def operation(i):
    frame = pd.DataFrame({"key": _key, "value": np.arange(i, i + 2000)})
    REPORTS.append(frame.groupby("key").sum())  # leaks
