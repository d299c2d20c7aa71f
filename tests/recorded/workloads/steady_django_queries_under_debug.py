"""Run queries with Django's DEBUG on, where each query is noted in connection.queries_log.

Does not leak: Django keeps the last 9000 queries; four queries an operation fill it in 2250 operations.
"""

import django
from django.conf import settings

TRUTH = "clean"
RATE = 0.0
REQUIRES = ("django",)

if not settings.configured:
    databases = {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}}
    settings.configure(DEBUG=True, DATABASES=databases, LOGGING_CONFIG=None)
    django.setup()

from django.db import connection  # noqa: E402


def operation(i):
    with connection.cursor() as cursor:
        for k in range(4):
            cursor.execute("select %s", [i * 4 + k])
        return cursor.fetchone()
