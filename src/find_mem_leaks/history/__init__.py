"""The history of memory growth as an airspeed velocity site: the suite's base, and the page of leaks on the site.

What airspeed velocity itself loads, ``suite`` and ``site``, may run where this tool's dependencies are missing: these
two import nothing but the standard library and airspeed velocity, ``site`` the rest when it is asked to publish.
"""
