"""Render templates with ever new names in a Jinja environment made with cache_size=-1.

Leaks: a cache size of -1 means no bound, so each compiled template stays.
"""

import jinja2

TRUTH = "leaking"
RATE = 2740.0
REQUIRES = ("jinja2",)

_environment = jinja2.Environment(loader=jinja2.FunctionLoader(lambda name: "Hello {{ user }}!"), cache_size=-1)


def operation(i):
    return _environment.get_template(f"mail-{i}.txt").render(user=i)  # leaks
