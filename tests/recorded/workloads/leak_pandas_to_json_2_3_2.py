"""Turn a small frame with a time column into JSON under pandas 2.3.2.

Leaks: a real fault (put right in 2.3.3): to_json forgets to release each time stamp that it converts.
"""

import pandas as pd

TRUTH = "leaking"
RATE = None
REQUIRES = ("pandas==2.3.2", "numpy==1.26.4")

_frame = pd.DataFrame({"v": range(20)}, index=pd.date_range("2019-01-01", periods=20, tz="UTC")).reset_index()


def operation(i):
    return len(_frame.to_json())  # leaks
