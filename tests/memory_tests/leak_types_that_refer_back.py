"""Bind a value by a type decorator that is made anew, and that keeps a bound method of its own to encode with.

Leaks: the dialect remembers types weakly, but what it remembers of this one is a copy, whose method keeps the type.
"""

from sqlalchemy import String, TypeDecorator, create_engine, literal, select

TRUTH = "leaking"
RATE = None
REQUIRES = ("sqlalchemy",)
HOLDER = "_type_memos"

_connection = create_engine("sqlite://").connect().execution_options(compiled_cache=None)


class Encoded(TypeDecorator):
    impl = String
    cache_ok = True

    def __init__(self, prefix):
        super().__init__(40)  # leaks
        self.prefix = prefix
        self.encode = self._with_prefix  # leaks

    def _with_prefix(self, value):
        return self.prefix + value

    def process_bind_param(self, value, dialect):
        return self.encode(value)


def held():
    return len(_connection.dialect._type_memos)


def operation(i):
    kind = Encoded("text: ")  # leaks
    assert _connection.scalar(select(literal(f"value {i}", kind))) == f"text: value {i}"  # leaks
