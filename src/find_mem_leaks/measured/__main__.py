"""Start of the measured process: ``python path/to/measured`` in any interpreter, without this tool installed there.

With the argument ``client`` it is the process beside it that sends a served stack its requests.
"""

import importlib.util
import os
import sys


def load_package() -> None:
    """Make this folder importable as the package ``measured``, and nothing that lies beside it."""
    folder = os.path.dirname(os.path.abspath(__file__))
    sys.path[:] = [entry for entry in sys.path if os.path.abspath(entry or os.curdir) != folder]
    init = os.path.join(folder, "__init__.py")
    spec = importlib.util.spec_from_file_location("measured", init, submodule_search_locations=[folder])
    assert spec is not None
    assert spec.loader is not None
    package = importlib.util.module_from_spec(spec)
    sys.modules["measured"] = package
    spec.loader.exec_module(package)


if __name__ == "__main__":
    load_package()
    if sys.argv[1:] == ["client"]:
        from measured.client import run  # type: ignore[import-not-found]
    else:
        from measured.protocol import run  # type: ignore[import-not-found]

    run()
