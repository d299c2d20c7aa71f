"""What a server's worker process is told to serve: it loads the package beside this folder, and nothing that lies
beside that."""

import importlib.util
import os
from typing import Any


def make() -> Any:
    """The application, with the process's memory to be looked at from outside."""
    start = os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "__main__.py")
    spec = importlib.util.spec_from_file_location("find_mem_leaks_start", start)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    module.load_package()
    from measured.server_worker import serve  # type: ignore[import-not-found]

    return serve()
