"""A helper of a view is cached without a bound, by what differs in every request."""

from functools import lru_cache

from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.http import JsonResponse
from django.urls import path

LEAKS = {"GET /products/{id}": None}
HOLDER = "the cache of `described`"

settings.configure(ROOT_URLCONF=__name__, SECRET_KEY="secret", ALLOWED_HOSTS=["*"])


@lru_cache(maxsize=None)
def described(id):
    return {"id": id, "name": f"product {id}"}  # leaks


def products(request):
    return JsonResponse({"products": []})


def product(request, id):
    return JsonResponse(described(id))  # leaks


urlpatterns = [path("products", products), path("products/<int:id>", product)]
app = get_wsgi_application()
