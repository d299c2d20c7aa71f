"""Templates are compiled when they are first rendered."""

import itertools

from flask import Flask, render_template
from jinja2 import DictLoader

LEAKS = {}
PAGES = 60
TABLE = "<table>{% for row in range(5) %}<tr><td>{{ row }}</td></tr>{% endfor %}</table>"

app = Flask(__name__)
app.jinja_loader = DictLoader({f"page{n}": f"<h1>{n}</h1>{TABLE}" for n in range(PAGES)})
numbers = itertools.count()


@app.get("/page")
def page():
    return render_template(f"page{next(numbers) % PAGES}")
