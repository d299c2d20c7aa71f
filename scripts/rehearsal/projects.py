"""Projects that measure themselves with the action: with nothing but what is measured, clean or leaking."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Project:
    """A project with nothing but what is measured, clean or leaking.

    Attributes:
        page: where the workflow stands that it has.
        file, texts: what is measured, its text where it is clean and where it leaks.
        line: the line of that which leaks.
        named: what the summary calls it.
        others: its other files.
    """

    page: str
    file: str
    texts: tuple[str, str]
    line: int
    named: str
    others: Mapping[str, str] = field(default_factory=dict)


CACHE = "seen = {{}}\n\n\ndef operation(i):\n    seen[{}] = str(i)\n"
SHOP = """from flask import Flask

app = Flask(__name__)
seen = {{}}


@app.get("/items/<int:id>")
def item(id):
    seen[{}] = str(id)
    return "an item"
"""
PROJECTS = (
    Project("README.md", "leaks/cache.py", (CACHE.format("i % 10"), CACHE.format("i")), 5, "cache"),
    Project(
        "docs/your-service.md",
        "main.py",
        (SHOP.format("id % 10"), SHOP.format("id")),
        9,
        "GET /items/{id}",
        {"requirements.txt": "flask\nwaitress\n"},
    ),
)
