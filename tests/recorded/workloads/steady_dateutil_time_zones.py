"""Make a dateutil time zone with an offset that is new each time.

Does not leak: dateutil's cache of zones is weak, apart from the last eight.
"""

import datetime

from dateutil import tz

TRUTH = "clean"
RATE = 0.0
REQUIRES = ("python-dateutil",)


def operation(i):
    zone = tz.tzoffset(f"Z{i}", i % 80000)
    return datetime.datetime(2024, 1, 1, tzinfo=zone).utcoffset()
