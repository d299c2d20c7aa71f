"""What runs in the measured process runs here in the tests' own: the next test finds the collector as it was."""

import gc
import sys

import pytest

from find_mem_leaks.measured import user_file


@pytest.fixture(autouse=True)
def collector():
    thresholds = gc.get_threshold()
    yield
    gc.unfreeze()
    gc.enable()
    gc.set_threshold(*thresholds)


@pytest.fixture(autouse=True)
def imported(monkeypatch):
    """Each test imports a workload's file of its own, which most call ``own``."""
    monkeypatch.setattr(sys, "path", list(sys.path))
    yield
    for name in ("own", user_file.NAME):
        sys.modules.pop(name, None)
