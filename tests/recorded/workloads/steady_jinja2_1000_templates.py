"""Render 1,000 templates in turn in a Jinja environment with its usual cache.

Does not leak: the cache holds 400 templates; the others are dropped, each in a reference cycle.
"""

import jinja2

TRUTH = "clean"
RATE = 0.0
REQUIRES = ("jinja2",)

_environment = jinja2.Environment(loader=jinja2.FunctionLoader(lambda name: f"Hello {{{{ user }}}}, {name}!"))


def operation(i):
    return _environment.get_template(f"mail-{i * 7919 % 1000}.txt").render(user=i)
