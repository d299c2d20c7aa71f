"""The asv suite: a file per architecture, a class per stack, the scenarios as parameters.

The base is read from this working tree, as these files are, whatever commit of the package is installed: so that
commits older than the suite can be measured by it too.
"""

import importlib.util
import sys
from pathlib import Path

_FOLDER = Path(__file__).parents[1] / "src" / "find_mem_leaks" / "history"

# What the suite stands on comes first.
for _name in ("figures", "suite"):
    if f"{__name__}.{_name}" not in sys.modules:
        _spec = importlib.util.spec_from_file_location(f"{__name__}.{_name}", _FOLDER / f"{_name}.py")
        assert _spec is not None
        assert _spec.loader is not None
        sys.modules[_spec.name] = importlib.util.module_from_spec(_spec)
        _spec.loader.exec_module(sys.modules[_spec.name])
