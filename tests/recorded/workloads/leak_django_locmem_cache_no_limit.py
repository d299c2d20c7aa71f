"""Cache a fragment per visitor in Django's local memory cache with an entry limit that is never reached.

Leaks: in practice without bound, as entries have no timeout.
"""

import django
from django.conf import settings

TRUTH = "leaking"
RATE = None
REQUIRES = ("django",)

if not settings.configured:
    backend = "django.core.cache.backends.locmem.LocMemCache"
    settings.configure(CACHES={"default": {"BACKEND": backend, "OPTIONS": {"MAX_ENTRIES": 10**9}, "TIMEOUT": None}})
    django.setup()

from django.core.cache import cache  # noqa: E402


def operation(i):
    cache.set(f"visitor:{i}", "fragment " * 12)  # leaks
    return cache.get(f"visitor:{i}")
