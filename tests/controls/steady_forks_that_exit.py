"""Fork in each operation; the copy leaves it by ``sys.exit()``, as scripts do, and is waited for. Steady."""

import os
import sys

TRUTH = "clean"
RATE = 0.0


def operation(i):
    child = os.fork()
    if child == 0:
        sys.exit(0)
    os.waitpid(child, 0)
