"""Turn a time into a zone that is picked from some 500 at random.

Does not leak: pytz loads each zone when first asked for and keeps it, so the growth fades and ends.
"""

import datetime
import random

import pytz

TRUTH = "clean"
RATE = 0.0
REQUIRES = ("pytz",)

_random = random.Random(2)
_now = datetime.datetime(2024, 5, 5, tzinfo=datetime.UTC)


def operation(i):
    return _now.astimezone(pytz.timezone(_random.choice(pytz.common_timezones))).hour
