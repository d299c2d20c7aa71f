"""Read decimals of ever other scale from floats and text, through result processors that are made for the operation.

Does not leak: a processor of decimals is a closure over its format, and goes with the compiled statement.
"""

from decimal import Decimal

from sqlalchemy import Float, Numeric, create_engine, literal_column, select, type_coerce

TRUTH = "clean"
RATE = 0.0
REQUIRES = ("sqlalchemy",)

_engine = create_engine("sqlite://")
_connection = _engine.connect().execution_options(compiled_cache=None)


def operation(i):
    scale = 1 + i % 9
    exact = type_coerce(literal_column("1.5"), Numeric(20, scale))
    rounded = type_coerce(literal_column("2.25"), Float(asdecimal=True, decimal_return_scale=scale))
    row = _connection.execute(select(exact, rounded)).one()
    assert (row[0], row[1].as_tuple().exponent) == (Decimal("1.5"), -scale)
    process = Numeric(20, scale).dialect_impl(_engine.dialect).result_processor(_engine.dialect, None)
    assert process(i + 0.5) == i + Decimal("0.5")
