"""The scripts and styles of others that asv's page takes from other addresses, as files beside the page.

``assets/vendor`` has them, and ``LICENSES.txt`` there says where each comes from and what it may be used for.
"""

from __future__ import annotations

import re
import shutil
from pathlib import Path

VENDOR = "vendor"
ASSETS = Path(__file__).parent / "assets" / VENDOR
CLOUDFLARE = "https://cdnjs.cloudflare.com/ajax/libs"
JSDELIVR = "https://cdn.jsdelivr.net/npm"
# By the address in asv's page, which names the version: another version is not ours to replace.
FILES = {
    "https://code.jquery.com/jquery-3.3.1.min.js": "jquery.min.js",
    f"{CLOUDFLARE}/flot/0.8.3/jquery.flot.min.js": "jquery.flot.min.js",
    f"{CLOUDFLARE}/flot/0.8.3/jquery.flot.time.min.js": "jquery.flot.time.min.js",
    f"{CLOUDFLARE}/flot/0.8.3/jquery.flot.selection.min.js": "jquery.flot.selection.min.js",
    f"{CLOUDFLARE}/flot/0.8.3/jquery.flot.categories.min.js": "jquery.flot.categories.min.js",
    f"{JSDELIVR}/flot-orderbars@1.0.0/js/jquery.flot.orderBars.js": "jquery.flot.orderBars.js",
    f"{CLOUDFLARE}/stupidtable/1.0.1/stupidtable.min.js": "stupidtable.min.js",
    f"{CLOUDFLARE}/blueimp-md5/2.19.0/js/md5.min.js": "md5.min.js",
    f"{JSDELIVR}/bootstrap@3.1.1/dist/js/bootstrap.min.js": "bootstrap.min.js",
    f"{JSDELIVR}/bootstrap@3.1.1/dist/css/bootstrap.min.css": "bootstrap.min.css",
}
# A tag of a script or style, its address, and what holds only for a file from another server.
TAG = re.compile(r'<(?:script|link\b[^>]*\brel="stylesheet")[^>]*\b(?:src|href)="(?P<address>[^"]*)"[^>]*>')
FOREIGN = re.compile(r'\s+(?:integrity|crossorigin|referrerpolicy)="[^"]*"')


def localized(page: str) -> str:
    """The page with the addresses of our copies; what we have no copy of stays as it is."""
    return TAG.sub(_localized_tag, page)


def _localized_tag(match: re.Match[str]) -> str:
    tag, address = match.group(), match.group("address")
    if address not in FILES:
        return tag
    return FOREIGN.sub("", tag).replace(address, f"{VENDOR}/{FILES[address]}")


def foreign(page: str) -> list[str]:
    """The addresses of scripts and styles that a page takes from other servers."""
    return [address for address in TAG.findall(page) if re.match(r"(?:https?:)?//", address)]


def copy(html: Path) -> None:
    """Put the files beside the page, with their licences."""
    shutil.copytree(ASSETS, html / VENDOR, dirs_exist_ok=True)
