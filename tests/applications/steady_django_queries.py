"""With DEBUG Django keeps the queries of a request, until the next one begins."""

from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.db import connection
from django.http import HttpResponse
from django.urls import path

LEAKS = {}

settings.configure(
    DEBUG=True,
    ROOT_URLCONF=__name__,
    SECRET_KEY="secret",
    ALLOWED_HOSTS=["*"],
    DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}},
)


def report(request):
    with connection.cursor() as cursor:
        for number in range(3):
            cursor.execute("SELECT %s", [number])
    return HttpResponse(str(len(connection.queries)))


urlpatterns = [path("report", report)]
app = get_wsgi_application()
