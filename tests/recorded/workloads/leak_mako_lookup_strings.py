"""Put each mail's text into a Mako lookup as a template of its own and render it.

Leaks: the lookup has no collection_size, so all templates stay.
"""

from mako.lookup import TemplateLookup

TRUTH = "leaking"
RATE = 4350.0
REQUIRES = ("mako",)

_lookup = TemplateLookup()


def operation(i):
    _lookup.put_string(f"/mail/{i}", "Hello ${name}")  # leaks
    return _lookup.get_template(f"/mail/{i}").render(name="you")
