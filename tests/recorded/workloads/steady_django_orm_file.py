"""Save an object with Django's ORM in a SQLite file and delete it again.

Does not leak: model instances and querysets are freed, and the file stays small.
"""

import os

import django
from django.conf import settings
from django.db import connection, models

TRUTH = "clean"
RATE = 0.0
REQUIRES = ("django",)


def setup(scratch):
    global Note
    path = os.path.join(scratch, "notes.db")
    settings.configure(DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": path}})
    django.setup()

    class Note(models.Model):
        text = models.TextField()

        class Meta:
            app_label = "notes"

    with connection.schema_editor() as editor:
        editor.create_model(Note)
    connection.cursor().execute("pragma synchronous = off")
    connection.cursor().execute("pragma journal_mode = memory")


def operation(i):
    note = Note.objects.create(text=f"note {i} " * 10)
    found = Note.objects.filter(text__startswith=f"note {i}").count()
    note.delete()
    return found
