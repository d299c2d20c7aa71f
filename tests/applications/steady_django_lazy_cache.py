"""A cache of the module fills as regions are asked for, of which there are fifty."""

import itertools

from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.http import JsonResponse
from django.urls import path

LEAKS = {}
REGIONS = 50

settings.configure(ROOT_URLCONF=__name__, SECRET_KEY="secret", ALLOWED_HOSTS=["*"])
regions = {}
numbers = itertools.count()


def region(request):
    number = next(numbers) % REGIONS
    if number not in regions:
        regions[number] = {"name": f"region {number}", "streets": [f"street {each}" for each in range(100)]}
    return JsonResponse(regions[number])


urlpatterns = [path("region", region)]
app = get_wsgi_application()
