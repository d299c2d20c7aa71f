"""Make a pydantic model class in each operation, use it once and drop it.

Does not leak: classes are cyclic garbage and pile up only until the next collection.
"""

from pydantic import create_model

TRUTH = "clean"
RATE = 0.0
REQUIRES = ("pydantic",)


def operation(i):
    model = create_model("Filter", page=(int, 1), text=(str, ""))
    return model(page=i).page
