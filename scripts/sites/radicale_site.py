"""Radicale without users, with one calendar of 20 events."""

import os
import tempfile
from pathlib import Path

folder = Path(tempfile.mkdtemp())
settings = folder / "radicale.ini"
settings.write_text(
    "[auth]\ntype = none\n[logging]\nlevel = error\n[rights]\ntype = owner_only\n"
    f"[storage]\nfilesystem_folder = {folder / 'collections'}\n",
    encoding="utf-8",
)
os.environ["RADICALE_CONFIG"] = str(settings)
calendar = folder / "collections" / "collection-root" / "ann" / "calendar"
calendar.mkdir(parents=True)
(calendar / ".Radicale.props").write_text('{"tag": "VCALENDAR"}', encoding="utf-8")
EVENT = (
    "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//x//x//EN\r\nBEGIN:VEVENT\r\nUID:{0}\r\nDTSTAMP:20240101T000000Z\r\n"
    "DTSTART:20240101T100000Z\r\nDTEND:20240101T110000Z\r\nSUMMARY:Event {0}\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
)
for number in range(20):
    (calendar / f"event-{number}.ics").write_text(EVENT.format(number), encoding="utf-8", newline="")

from radicale import application  # noqa: F401 - it reads the settings
