"""Make a class in every tenth operation, as code that derives models on the fly does, and register it.

Leaks: the registry keeps each class, and a class is 1.9 KB (2.4 KB from 3.11 on): its dictionary, its order of
bases, its descriptors.
"""

import sys

TRUTH = "leaking"
RATE = 189.0 if sys.version_info < (3, 11) else 244.0
HOLDER = "MODELS"
MODELS = []


def operation(i):
    if i % 10 == 0:
        MODELS.append(type("Model", (), {"table": "entries", "width": i % 7}))  # leaks
    return MODELS[-1].table.title(), MODELS[-1]().width
