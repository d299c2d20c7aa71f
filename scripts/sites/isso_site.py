"""Isso with 20 comments on one page, without limits on how many are written."""

import os
import tempfile
from pathlib import Path

folder = Path(tempfile.mkdtemp())
settings = folder / "isso.cfg"
settings.write_text(
    f"[general]\ndbpath = {folder / 'comments.db'}\nhost = http://127.0.0.1:9\nlatest-enabled = true\n"
    "[guard]\nenabled = false\n[rss]\nbase = http://127.0.0.1/\n",
    encoding="utf-8",
)
os.environ["ISSO_SETTINGS"] = str(settings)

from isso.run import application  # noqa: F401 - it reads the settings
