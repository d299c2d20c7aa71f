"""Connect a strong receiver to a Django signal in one request of a hundred.

Leaks: with weak=False and a fresh dispatch_uid the receiver list only grows.
"""

import django
from django.conf import settings
from django.core.signals import setting_changed

TRUTH = "leaking"
RATE = 46.1
REQUIRES = ("django",)

if not settings.configured:
    settings.configure()
    django.setup()


def operation(i):
    if i % 100 == 0:
        report = [i] * 500
        setting_changed.connect(lambda **kw: report, weak=False, dispatch_uid=f"report-{i}")  # leaks
