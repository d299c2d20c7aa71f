"""A connection whose documents are written by a function of its own. psycopg 3.2.9 keeps a class for each such
function, 3.2.10 for those of modules alone."""

import json
import os

import psycopg
from psycopg.types.json import set_json_dumps


def operation(i):
    with psycopg.connect(os.environ["DATABASE_URL"]) as connection:
        set_json_dumps(lambda value: json.dumps(value, ensure_ascii=False), connection)
