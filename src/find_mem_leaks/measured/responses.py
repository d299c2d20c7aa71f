"""Answers of a server as they come in, read as far as they matter.

``http.client`` reads the headers of an answer by the parser of e-mails: a client by it could be what a quick
application waits for.
"""

from __future__ import annotations

import http.client
from typing import Dict, List, NamedTuple, Optional, Union

SHOWN = 300
CONTINUES = range(100, 200)
WITHOUT_BODY = (204, 304)
LARGEST_HEAD = 1 << 20
# Heads that are kept as they were read: many are the same to the second.
MOST_HEADS = 64
END_OF_LINE, END_OF_HEAD = b"\r\n", b"\r\n\r\n"


class Answer(NamedTuple):
    """A response as far as it matters."""

    status: int
    body: bytes
    location: str = ""

    def shown(self) -> str:
        """The beginning of its text, on one line."""
        return " ".join(self.body.decode(errors="replace").split())[:SHOWN]


class Head(NamedTuple):
    """What comes before a body: length is None where only the body itself tells its end."""

    status: int
    length: Optional[int]
    is_chunked: bool
    closes: bool
    location: str


class Response:
    """One answer: ``take`` what comes in until it is whole, ``end`` where the server has closed the connection.

    Attributes:
        closes: whether the server closes the connection after it.
    """

    def __init__(self, heads: Dict[bytes, Head], *, has_body: bool = True) -> None:
        """``heads``: those that were read before; ``has_body``: not so of an answer to HEAD."""
        self.closes = True
        self._heads, self._has_body = heads, has_body
        self._data: Union[bytes, bytearray] = b""
        self._head: Optional[Head] = None
        self._at = 0
        self._parts: List[bytes] = []

    def take(self, data: bytes) -> Optional[Answer]:
        """The answer, if that was the last of it."""
        if not self._data:
            self._data = data
        else:
            if not isinstance(self._data, bytearray):
                self._data = bytearray(self._data)
            self._data += data
        while self._head is None:
            if not self._read_head():
                return None
        return self._whole(self._head)

    def end(self) -> Answer:
        """The answer that ends with its connection; an error of ``http.client`` if it should have had more."""
        if self._head is None and not self._data:
            raise http.client.RemoteDisconnected("Remote end closed connection without response")
        if self._head is None or self._head.is_chunked or self._head.length is not None:
            raise http.client.IncompleteRead(bytes(self._data[self._at :]))
        return Answer(self._head.status, bytes(self._data[self._at :]), self._head.location)

    def _read_head(self) -> bool:
        end = self._data.find(END_OF_HEAD, self._at)
        if end < 0:
            if len(self._data) > LARGEST_HEAD:
                raise http.client.LineTooLong("header line")
            return False
        text = bytes(self._data[self._at : end])
        self._at = end + len(END_OF_HEAD)
        head = self._heads.get(text)
        if head is None:
            head = self._heads[text] = read(text)
            if len(self._heads) > MOST_HEADS:
                self._heads.clear()
        if head.status not in CONTINUES:
            self._head, self.closes = head, head.closes
        return True

    def _whole(self, head: Head) -> Optional[Answer]:
        if not self._has_body:
            return Answer(head.status, b"", head.location)
        if head.is_chunked:
            return self._chunked(head)
        if head.length is None or len(self._data) < self._at + head.length:
            return None
        return Answer(head.status, bytes(self._data[self._at : self._at + head.length]), head.location)

    def _chunked(self, head: Head) -> Optional[Answer]:
        while True:
            line = self._data.find(END_OF_LINE, self._at)
            if line < 0:
                return None
            size = _size(bytes(self._data[self._at : line]))
            begin = line + len(END_OF_LINE)
            if size == 0:  # lines of a trailer may come, then an empty one
                is_over = self._data.find(END_OF_HEAD, line) >= 0
                return Answer(head.status, b"".join(self._parts), head.location) if is_over else None
            if len(self._data) < begin + size + len(END_OF_LINE):
                return None
            self._parts.append(bytes(self._data[begin : begin + size]))
            self._at = begin + size + len(END_OF_LINE)


def _size(line: bytes) -> int:
    try:
        return int(line.split(b";")[0], 16)
    except ValueError:
        raise http.client.HTTPException("a chunk begins with %r" % line[:20]) from None


def read(text: bytes) -> Head:
    """A head from its text up to the empty line; an error of ``http.client`` for what is none."""
    first, *lines = text.split(END_OF_LINE)
    words = first.split(None, 2)
    if len(words) < 2 or not words[0].startswith(b"HTTP/") or not words[1].isdigit():
        raise http.client.BadStatusLine(first.decode("latin-1"))
    fields: Dict[bytes, bytes] = {}
    for line in lines:
        name, _, value = line.partition(b":")
        fields.setdefault(name.strip().lower(), value.strip())
    status, kept = int(words[1]), fields.get(b"connection", b"").lower()
    is_chunked = fields.get(b"transfer-encoding", b"").lower() == b"chunked" and status not in WITHOUT_BODY
    said = b"0" if status in WITHOUT_BODY else fields.get(b"content-length", b"")
    length = int(said) if said.isdigit() and not is_chunked else None
    closes = b"close" in kept if words[0] == b"HTTP/1.1" else b"keep-alive" not in kept
    is_endless = length is None and not is_chunked
    location = fields.get(b"location", b"").decode("latin-1")
    return Head(status, length, is_chunked, closes or is_endless, location)
