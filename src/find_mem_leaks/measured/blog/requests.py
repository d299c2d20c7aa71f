"""The blog's HTTP interface as its client sees it: the request of each operation, and the answer that it must have."""

from __future__ import annotations

import json

from .database import BODY, COMMENTS_PER_POST, TITLE

NEW_POST = json.dumps({"title": TITLE, "body": BODY, "comments": [BODY] * COMMENTS_PER_POST})
# Another title each time, of one length, so that an update really writes.
NEW_TITLE = json.dumps({"title": "title of one length $n"})

# Method, path, body, status; ``$id`` is a post, ``$n`` the operation's number.
REQUESTS = {
    "create": ("POST", "/posts", NEW_POST, 201),
    "read": ("GET", "/posts/$id", None, 200),
    "update": ("PUT", "/posts/$id", NEW_TITLE, 200),
    "delete": ("DELETE", "/posts/$id", None, 204),
}
