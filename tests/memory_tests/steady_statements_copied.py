"""Copy statements deeply, by cloned traversal and with replaced parameters, and compile the copies.

Does not leak: a copy shares what does not change with its original and is referred to by nothing.
"""

import copy

from sqlalchemy import Column, Integer, MetaData, Table, bindparam, create_engine, select
from sqlalchemy.sql import visitors

TRUTH = "clean"
RATE = 0.0
REQUIRES = ("sqlalchemy",)

_left, _right = (Table(name, MetaData(), Column("id", Integer), Column("value", Integer)) for name in ("left", "right"))
_query = select(_left.c.value).join(_right, _left.c.id == _right.c.id).where(_left.c.value == bindparam("value"))
_dialect = create_engine("sqlite://").dialect


def operation(i):
    replaced = _query.params(value=i)
    cloned = visitors.cloned_traverse(replaced, {}, {})
    assert cloned.compile(dialect=_dialect).params == {"value": i}
    assert str(copy.deepcopy(cloned)) == str(_query)
    moved = visitors.replacement_traverse(
        replaced, {}, lambda element, **_: _right.c.value if element is _left.c.value else None
    )
    assert "right" in str(moved.compile(dialect=_dialect))
    moved_table = _left.to_metadata(MetaData(), name="other")
    assert str(select(moved_table).compile(dialect=_dialect)).endswith("FROM other")
