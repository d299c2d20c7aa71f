"""Put each mail's text into a Mako lookup that is limited to 100 templates.

Does not leak: the lookup drops old templates when it is half over its limit.
"""

from mako.lookup import TemplateLookup

TRUTH = "clean"
RATE = 0.0
REQUIRES = ("mako",)

_lookup = TemplateLookup(collection_size=100)


def operation(i):
    _lookup.put_string(f"/mail/{i}", "Hello ${name}")
    return _lookup.get_template(f"/mail/{i}").render(name="you")
