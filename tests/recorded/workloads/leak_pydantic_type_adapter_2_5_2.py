"""Build a TypeAdapter for a recursive model in each request, under pydantic 2.5.2.

Leaks: a real fault (put right in 2.5.3): each validator is in a cycle that the collector cannot see through.
"""

from pydantic import BaseModel, TypeAdapter

TRUTH = "leaking"
RATE = 7690.0
REQUIRES = ("pydantic==2.5.2",)


class Bar(BaseModel):
    pass


class Foo(BaseModel):
    children: list["Foo"]
    bar: Bar


def operation(i):
    return TypeAdapter(list[Foo]).validate_python([{"children": [], "bar": Bar()}])  # leaks
