"""Write to a temporary file and read it back, another file in each operation.

Does not leak: the file is closed, and thereby removed, at the end of the operation.
"""

import tempfile

TRUTH = "clean"
RATE = 0.0


def operation(i):
    with tempfile.TemporaryFile() as file:
        file.write(b"%08d" % i)
        file.seek(0)
        return int(file.read())
