"""A middleware keeps the requests that were slow, by a threshold that all of them pass."""

import time

from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.http import HttpResponse
from django.urls import path

LEAKS = {"GET /orders": None, "GET /health": None}
HOLDER = "slow"
THRESHOLD = 0.0

settings.configure(
    ROOT_URLCONF=__name__, SECRET_KEY="secret", ALLOWED_HOSTS=["*"], MIDDLEWARE=[f"{__name__}.note_slow_ones"]
)
slow = []


def note_slow_ones(get_response):
    def middleware(request):
        began = time.perf_counter()
        response = get_response(request)
        if time.perf_counter() - began > THRESHOLD:
            slow.append(request)  # leaks
        return response

    return middleware


def orders(request):
    return HttpResponse("none")


def health(request):
    return HttpResponse("fine")


urlpatterns = [path("orders", orders), path("health", health)]
app = get_wsgi_application()
