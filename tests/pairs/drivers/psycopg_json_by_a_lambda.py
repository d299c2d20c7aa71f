"""A connection whose documents are written by a function of its own. psycopg 3.2.9 keeps classes for each such
function, 3.2.10 does not."""

import json
import os

import psycopg
from psycopg.types.json import set_json_dumps

# A connection takes long, and what stays of each is some 12,000 bytes.
LIMIT = 100


def operation(i):
    with psycopg.connect(os.environ["DATABASE_URL"]) as connection:
        set_json_dumps(lambda value: json.dumps(value, ensure_ascii=False), connection)
