"""Make a pydantic model for the filter of each request and remember it under the request's number.

Leaks: the table of models never shrinks; a class and its validator take several kB.
"""

from pydantic import create_model

TRUTH = "leaking"
RATE = 9640.0
REQUIRES = ("pydantic",)

MODELS = {}


def operation(i):
    MODELS[i] = create_model(f"Filter{i}", page=(int, 1), text=(str, ""))  # leaks
    return MODELS[i](page=i).page
