"""Define a type decorator, compile a cast to it, bind a value with it and read it back, all for one operation.

Does not leak: a dialect remembers what it made of a type as long as the type is there, no longer.
"""

from sqlalchemy import String, TypeDecorator, cast, create_engine, literal, select

TRUTH = "clean"
RATE = 0.0
REQUIRES = ("sqlalchemy",)

_connection = create_engine("sqlite://").connect().execution_options(compiled_cache=None)


def operation(i):
    class Padded(TypeDecorator):
        impl = String
        cache_ok = True

        def process_bind_param(self, value, dialect):
            return value.zfill(8)

        def process_result_value(self, value, dialect):
            return int(value)

    kind = Padded(20)
    assert _connection.scalar(select(cast(literal(str(i), kind), kind))) == i
    assert "VARCHAR" in str(cast(literal("1", kind), kind).compile(dialect=_connection.dialect))
