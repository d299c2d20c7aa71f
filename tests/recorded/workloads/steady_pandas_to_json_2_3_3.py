"""Turn a small frame with a time column into JSON under pandas 2.3.3.

Does not leak: this release releases the time stamps that to_json converts.
"""

import pandas as pd

TRUTH = "clean"
RATE = 0.0
REQUIRES = ("pandas==2.3.3", "numpy==1.26.4")

_frame = pd.DataFrame({"v": range(20)}, index=pd.date_range("2019-01-01", periods=20, tz="UTC")).reset_index()


def operation(i):
    return len(_frame.to_json())
