"""Make a marshmallow schema from a dict for the columns of each upload.

Does not leak: classes made by from_dict are not registered, and the collector takes them.
"""

from marshmallow import Schema, fields

TRUTH = "clean"
RATE = 0.0
REQUIRES = ("marshmallow",)


def operation(i):
    schema = Schema.from_dict({"id": fields.Int(), f"column_{i}": fields.Str()})
    return schema().load({"id": i, f"column_{i}": "x"})["id"]
