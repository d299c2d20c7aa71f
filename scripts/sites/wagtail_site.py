"""A Wagtail project, as ``wagtail start`` makes it, with an editor who is logged in by the session ``s`` * 32.

Its tables take long to make: the first process makes them, the others copy the file. TMPDIR is where it lies.
"""

import fcntl
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from django.core import management

SESSION = "s" * 32
shared = Path(tempfile.gettempdir())
project = shared / "wagtail"
own = tempfile.mkdtemp()


def _make() -> None:
    """Make the project and its database."""
    project.mkdir()
    start = "from wagtail.bin.wagtail import main; main()"
    subprocess.run([sys.executable, "-c", start, "start", "shop", str(project)], check=True, stdout=subprocess.DEVNULL)
    settings = project / "shop" / "settings" / "own.py"
    settings.write_text(
        "import os\nfrom .base import *\nSECRET_KEY = 'secret'\nALLOWED_HOSTS = ['*']\nLOGGING_CONFIG = None\n"
        "DATABASES['default']['NAME'] = os.environ['SITE_DATABASE']\nWAGTAIL_ENABLE_UPDATE_CHECK = False\n",
        encoding="utf-8",
    )


with Path(shared, "wagtail.lock").open("w") as lock:
    fcntl.flock(lock, fcntl.LOCK_EX)
    is_new = not project.is_dir()
    if is_new:
        _make()
    sys.path.insert(0, str(project))
    os.environ["DJANGO_SETTINGS_MODULE"] = "shop.settings.own"
    database = os.environ["SITE_DATABASE"] = f"{own}/site.db"
    if not is_new:
        shutil.copy(project / "first.db", database)
    from shop.wsgi import application  # noqa: F401 - what is measured

    if is_new:
        from django.contrib import auth
        from django.contrib.auth.models import User
        from django.contrib.sessions.backends.db import SessionStore

        management.call_command("migrate", verbosity=0)
        user = User.objects.create_superuser("editor", password="secret")
        session = SessionStore(SESSION)
        session[auth.SESSION_KEY] = str(user.pk)
        session[auth.BACKEND_SESSION_KEY] = "django.contrib.auth.backends.ModelBackend"
        session[auth.HASH_SESSION_KEY] = user.get_session_auth_hash()
        session.save(must_create=True)
        shutil.copy(database, project / "first.db")
