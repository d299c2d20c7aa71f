"""Words that people gave, without the passwords and tokens in them: for messages and results."""

from __future__ import annotations

import re

SECRET = "***"  # noqa: S105 - what stands for one
IN_URL = re.compile(r"(?:(?<=://)|^)([^/@:\s]*):[^/\s]*@")
TOKEN_IN_URL = re.compile(r"(?<=https://)[^/@:\s]+@")
# As in the query of a URL, or among the words by which a database is named.
IN_WORDS = re.compile(r"\b(\w*(?:passw(?:or)?d|pwd|secret|token|api_?key)=)[^&\s]+", re.IGNORECASE)


def concealed(text: str) -> str:
    """The text with three asterisks in place of each secret."""
    text = TOKEN_IN_URL.sub(f"{SECRET}@", IN_URL.sub(rf"\1:{SECRET}@", text))
    return IN_WORDS.sub(rf"\1{SECRET}", text)
