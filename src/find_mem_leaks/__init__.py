"""Say whether a Python stack around a database leaks memory, and how much per operation."""


def __getattr__(name: str) -> str:
    """The version, looked up when it is first asked for: pytest imports this package whenever it starts."""
    if name != "__version__":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib.metadata import PackageNotFoundError, version  # noqa: PLC0415

    try:
        return version("find-mem-leaks")
    except PackageNotFoundError:  # in a clone, where airspeed velocity reads the page of leaks without installing this
        return "0+not.installed"
