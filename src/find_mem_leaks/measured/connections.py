"""A connection of the client that is kept: as ``http.client`` has it, for less of the processor's time.

``http.client`` reads the headers of an answer by the parser of e-mails and writes a request in two parts or more. So a
client by it could be what a quick application waits for. Answers are still ``HTTPResponse``, which reads their bodies.
"""

from __future__ import annotations

import http.client
import socket
from typing import Any, Dict, List, Optional

# Methods that say that they have no body, where they have none, as ``http.client`` has it.
WITH_BODY = ("PATCH", "POST", "PUT")
CONTINUE = 100
WITHOUT_BODY = (204, 304)
LONGEST_LINE = 65536


class Connection:
    """What ``http.client.HTTPConnection`` is, as far as a client needs it: it opens itself, and again once closed."""

    def __init__(self, host: str, port: int, timeout: float) -> None:
        self._address, self._timeout = (host, port), timeout
        self._begin = ("Host: %s:%d\r\nAccept-Encoding: identity\r\n" % (host, port)).encode()
        self.sock: Optional[socket.socket] = None
        self._method = ""

    def request(self, method: str, path: str, body: Optional[bytes], headers: Dict[str, str]) -> None:
        """Send a request, in one piece."""
        if self.sock is None:
            self.sock = socket.create_connection(self._address, self._timeout)
            self.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._method = method
        lines = ["%s: %s\r\n" % (name, value) for name, value in headers.items()]
        if body is not None or method in WITH_BODY:
            lines.append("Content-Length: %d\r\n" % len(body or b""))
        first = ("%s %s HTTP/1.1\r\n" % (method, path)).encode("ascii")
        self.sock.sendall(b"".join((first, self._begin, "".join(lines).encode("latin-1"), b"\r\n", body or b"")))

    def getresponse(self) -> http.client.HTTPResponse:
        """Read the beginning of the answer, whose body is still to be read."""
        if self.sock is None:
            raise http.client.ResponseNotReady
        response = Response(self.sock, method=self._method)
        response.begin()
        if response.will_close:
            self.close()  # the answer has the connection still
        return response

    def close(self) -> None:
        if self.sock is not None:
            self.sock.close()
            self.sock = None


class Headers(Dict[str, List[str]]):
    """The headers of an answer by their names in lower case."""

    def get(self, name: str, default: Any = None) -> Any:
        found = super().get(name.lower())
        return found[0] if found else default

    def get_all(self, name: str, default: Any = None) -> Any:
        return super().get(name.lower(), default)


class Response(http.client.HTTPResponse):
    """An answer whose headers are read line by line."""

    def begin(self) -> None:
        version, status = "", CONTINUE
        while status == CONTINUE:
            version, status, reason = self._read_status()  # type: ignore[attr-defined]
            headers = _headers(self.fp)
        self.code = self.status = status
        self.reason = reason.strip()
        self.version = 10 if version in {"HTTP/1.0", "HTTP/0.9"} else 11
        self.headers = self.msg = headers  # type: ignore[assignment]
        self.chunked = headers.get("transfer-encoding", "").lower() == "chunked"
        self.chunk_left = None
        self.will_close = self._check_close()  # type: ignore[attr-defined]
        self.length = self._length(headers)
        if not self.will_close and not self.chunked and self.length is None:
            self.will_close = True

    def _length(self, headers: Headers) -> Optional[int]:
        """Bytes of the body; None where only its end tells."""
        if self.status in WITHOUT_BODY or self._method == "HEAD":  # type: ignore[attr-defined]
            return 0
        said = headers.get("content-length", "")
        return int(said) if said.isdigit() and not self.chunked else None


def _headers(file: Any) -> Headers:
    """Read the lines up to the empty one."""
    found = Headers()
    for line in iter(lambda: file.readline(LONGEST_LINE + 1), b""):
        if len(line) > LONGEST_LINE:
            raise http.client.LineTooLong("header line")
        name, colon, value = line.decode("latin-1").partition(":")
        if not colon:
            break
        found.setdefault(name.lower(), []).append(value.strip())
    return found
