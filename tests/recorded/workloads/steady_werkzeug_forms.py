"""Parse an uploaded file of 20 kB from a multipart form with Werkzeug.

Does not leak: request, form and file go at the end; the pattern for each form's boundary stays in re's cache of 512.
"""

import io

from werkzeug.test import EnvironBuilder
from werkzeug.wrappers import Request

TRUTH = "clean"
RATE = 0.0
REQUIRES = ("werkzeug",)


def operation(i):
    builder = EnvironBuilder(method="POST", data={"number": str(i), "file": (io.BytesIO(b"f" * 20000), f"{i}.txt")})
    request = Request(builder.get_environ())
    size = len(request.files["file"].read()) + len(request.form["number"])
    request.close()
    builder.close()
    return size
