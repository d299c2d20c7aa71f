"""How Sphinx makes the documentation's site from these pages, which read as well on GitHub."""

from __future__ import annotations

import tomllib
from pathlib import Path

_PROJECT = tomllib.loads(Path(__file__).parents[1].joinpath("pyproject.toml").read_text(encoding="utf-8"))["project"]

project = _PROJECT["name"]
author = _PROJECT["authors"][0]["name"]
version = release = _PROJECT["version"]
extensions = ["myst_parser"]
exclude_patterns = ["pictures"]
myst_enable_extensions = ["colon_fence"]
# A link to a heading is written as GitHub has it.
myst_heading_anchors = 4
suppress_warnings = ["myst.header"]  # a page of one table may begin lower
html_theme = "furo"
html_show_copyright = False
html_title = project
html_copy_source = False
html_show_sourcelink = False
