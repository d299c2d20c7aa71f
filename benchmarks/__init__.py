"""The asv suite: a class per stack, the scenarios as parameters, in a module for each way to run a stack.

The base and the list of stacks are read from this working tree, as these files are, whatever commit of the package is
installed: so that commits older than the suite can be measured by it too.
"""

import importlib.util
import sys
from pathlib import Path

_PACKAGE = Path(__file__).parents[1] / "src" / "find_mem_leaks"

# What the suite stands on comes first.
for _path in (
    "history/figures",
    "history/calls",
    "history/together",
    "history/suite",
    "history/database_suite",
    "subjects/catalogue",
    "history/classes",
):
    _name = f"{__name__}.{Path(_path).name}"
    if _name not in sys.modules:
        _spec = importlib.util.spec_from_file_location(_name, _PACKAGE / f"{_path}.py")
        assert _spec is not None
        assert _spec.loader is not None
        sys.modules[_name] = importlib.util.module_from_spec(_spec)
        _spec.loader.exec_module(sys.modules[_name])
