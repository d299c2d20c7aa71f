"""Note each schema change as an Alembic operation in one script that is never written out.

Leaks: the list of operations only grows.
"""

import sqlalchemy as sa
from alembic.operations import ops

TRUTH = "leaking"
RATE = 1210.0
REQUIRES = ("alembic",)

_script = ops.UpgradeOps([])


def operation(i):
    _script.ops.append(ops.AddColumnOp("item", sa.Column(f"extra_{i}", sa.String(20))))  # leaks
    return len(_script.ops)
