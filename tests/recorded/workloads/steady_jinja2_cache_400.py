"""Render templates with ever new names in a Jinja environment with its usual cache.

Does not leak: the cache holds 400 templates, filled within 400 operations.
"""

import jinja2

TRUTH = "clean"
RATE = 0.0
REQUIRES = ("jinja2",)

_environment = jinja2.Environment(loader=jinja2.FunctionLoader(lambda name: "Hello {{ user }}!"))


def operation(i):
    return _environment.get_template(f"mail-{i}.txt").render(user=i)
