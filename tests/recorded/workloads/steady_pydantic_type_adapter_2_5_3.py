"""Build a TypeAdapter for a recursive model in each request, under pydantic 2.5.3.

Does not leak: this release lets the collector take old validators; they do wait for a collection.
"""

from pydantic import BaseModel, TypeAdapter

TRUTH = "clean"
RATE = 0.0
REQUIRES = ("pydantic==2.5.3",)


class Bar(BaseModel):
    pass


class Foo(BaseModel):
    children: list["Foo"]
    bar: Bar


def operation(i):
    return TypeAdapter(list[Foo]).validate_python([{"children": [], "bar": Bar()}])
