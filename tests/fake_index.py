"""A package index on localhost, with wheels of a package that leaks in some of its releases."""

from __future__ import annotations

import base64
import hashlib
import importlib.metadata
import io
import json
import threading
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

CLEAN = "def work(i):\n    return [i]\n"
LEAKS = "kept = []\n\n\ndef work(i):\n    kept.append(bytearray(200))\n"
RAISES = "def work(i):\n    raise RuntimeError('this release is broken')\n"

JSON = "application/vnd.pypi.simple.v1+json"


def wheel(name: str, version: str, code: str, requires_python: str = ">=3.8") -> tuple[str, bytes]:
    """A wheel of one module: its file name and content."""
    files = {
        f"{name}.py": code,
        f"{name}-{version}.dist-info/METADATA": (
            f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\nRequires-Python: {requires_python}\n"
        ),
        f"{name}-{version}.dist-info/WHEEL": "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    encoded = {path: text.encode() for path, text in files.items()}
    return f"{name}-{version}-py3-none-any.whl", _zipped(encoded, f"{name}-{version}.dist-info")


def installed(name: str) -> tuple[str, bytes]:
    """A wheel of a package as it is installed here, so that an index without a network can offer it."""
    distribution = importlib.metadata.distribution(name)
    left_out = ("RECORD", "INSTALLER", "REQUESTED", "direct_url.json")
    paths = [path for path in distribution.files or () if ".." not in path.parts and path.suffix != ".pyc"]
    files = {str(path): path.read_binary() for path in paths if path.name not in left_out}
    info = next(path.split("/")[0] for path in files if path.endswith(".dist-info/METADATA"))
    tag = next(line.split()[1] for line in files[f"{info}/WHEEL"].decode().splitlines() if line.startswith("Tag:"))
    return f"{info.removesuffix('.dist-info')}-{tag}.whl", _zipped(files, info)


def _zipped(files: Mapping[str, bytes], info: str) -> bytes:
    record = [f"{path},sha256={_digest(content)},{len(content)}" for path, content in files.items()]
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for path, content in files.items():
            archive.writestr(path, content)
        archive.writestr(f"{info}/RECORD", "\n".join([*record, f"{info}/RECORD,,", ""]))
    return buffer.getvalue()


def _digest(content: bytes) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(content).digest()).decode().rstrip("=")


class Index:
    """Packages by name, each a list of files as PEP 691 has them, and the files' contents by name."""

    def __init__(self) -> None:
        self.pages: dict[str, list[dict[str, Any]]] = {}
        self.contents: dict[str, bytes] = {}
        self.asked: list[str] = []
        self.headers: list[dict[str, str]] = []
        self.url = ""

    def add(self, file: tuple[str, bytes], uploaded: str = "2024-01-01T00:00:00Z", **more: Any) -> None:
        name, content = file
        self.contents[name] = content
        record = {"filename": name, "url": f"/files/{name}", "hashes": {}, "upload-time": uploaded, **more}
        self.pages.setdefault(name.split("-")[0].replace("_", "-"), []).append(record)

    def answer(self, path: str) -> tuple[int, str, bytes]:
        self.asked.append(path)
        name = path.strip("/").split("/")[-1]
        if path.startswith("/files/") and name in self.contents:
            return 200, "application/octet-stream", self.contents[name]
        if path.startswith("/simple/") and name in self.pages:
            page = {"meta": {"api-version": "1.1"}, "name": name, "files": self.pages[name]}
            return 200, JSON, json.dumps(page).encode()
        return 404, "text/plain", b"not found"


@contextmanager
def serving(index: Index) -> Iterator[Index]:
    """Serve the index on localhost at ``index.url``."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            index.headers.append(dict(self.headers))
            status, kind, content = index.answer(self.path)
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def do_HEAD(self) -> None:
            self.send_error(405)

        def log_message(self, *_words: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    index.url = f"http://127.0.0.1:{server.server_port}/simple"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield index
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
