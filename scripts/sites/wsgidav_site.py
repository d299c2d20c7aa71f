"""WsgiDAV with one folder of ten files, for anybody to read and write."""

import tempfile
from pathlib import Path

from wsgidav.fs_dav_provider import FilesystemProvider
from wsgidav.wsgidav_app import WsgiDAVApp

folder = Path(tempfile.mkdtemp())
for number in range(10):
    (folder / f"{number}.txt").write_text("text " * 100, encoding="utf-8")

app = WsgiDAVApp(
    {
        "provider_mapping": {"/": FilesystemProvider(str(folder))},
        "simple_dc": {"user_mapping": {"*": True}},
        "property_manager": True,
        "verbose": 1,
    }
)
