"""Make a marshmallow schema class with a new name for the columns of each upload.

Leaks: marshmallow's class registry holds every named schema.
"""

from marshmallow import Schema, fields

TRUTH = "leaking"
RATE = 5130.0
REQUIRES = ("marshmallow",)


def operation(i):
    schema = type(f"Upload{i}Schema", (Schema,), {"id": fields.Int(), "name": fields.Str()})  # leaks
    return schema().load({"id": i, "name": "x"})["id"]
