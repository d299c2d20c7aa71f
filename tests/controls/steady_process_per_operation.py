"""Start a process in each operation, read what it writes, and wait for its end.

Does not leak: it has ended, and was waited for, when the operation is over.
"""

import subprocess

TRUTH = "clean"
RATE = 0.0


def operation(i):
    return len(subprocess.run(["/bin/echo", str(i)], stdout=subprocess.PIPE, check=True).stdout)
