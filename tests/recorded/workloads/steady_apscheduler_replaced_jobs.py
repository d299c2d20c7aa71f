"""Add a job under one of 60 ids to a paused APScheduler scheduler, replacing the one before.

Does not leak: 60 jobs at most.
"""

import datetime

from apscheduler.schedulers.background import BackgroundScheduler

TRUTH = "clean"
RATE = 0.0
REQUIRES = ("apscheduler",)

_scheduler = BackgroundScheduler(timezone=datetime.UTC)
_when = datetime.datetime(2099, 1, 1, tzinfo=datetime.UTC)


def setup():
    _scheduler.start(paused=True)


def job(number):
    return number


def operation(i):
    _scheduler.add_job(job, "date", run_date=_when, args=[i], id=f"job-{i * 7 % 60}", replace_existing=True)


def teardown():
    _scheduler.shutdown(wait=False)
