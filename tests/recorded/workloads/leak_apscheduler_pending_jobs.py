"""Add a job to an APScheduler scheduler that was never started.

Leaks: jobs wait in its pending list for ever.
"""

import datetime

from apscheduler.schedulers.background import BackgroundScheduler

TRUTH = "leaking"
RATE = 550.0
REQUIRES = ("apscheduler",)

_scheduler = BackgroundScheduler(timezone=datetime.UTC)
_when = datetime.datetime(2099, 1, 1, tzinfo=datetime.UTC)


def job(number):
    return number


def operation(i):
    _scheduler.add_job(job, "date", run_date=_when, args=[i])  # leaks
