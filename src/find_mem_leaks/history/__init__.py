"""The history of memory growth as an airspeed velocity site: the suite's base, and the page of leaks on the site.

What airspeed velocity itself loads, ``suite`` and ``site``, runs where this tool's dependencies may be missing: these
two import nothing but the standard library and airspeed velocity.
"""
