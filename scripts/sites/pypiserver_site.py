"""pypiserver with two releases of one package."""

import tempfile
from pathlib import Path

import pypiserver

folder = Path(tempfile.mkdtemp())
for release in ("1.0", "1.1"):
    (folder / f"shop-{release}.tar.gz").write_bytes(b"x" * 1000)

app = pypiserver.app(roots=[folder], disable_fallback=True, authenticate=[], password_file=".")
