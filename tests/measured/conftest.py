"""What runs in the measured process runs here in the tests' own: the next test finds the collector as it was."""

import gc

import pytest


@pytest.fixture(autouse=True)
def collector():
    thresholds = gc.get_threshold()
    yield
    gc.unfreeze()
    gc.enable()
    gc.set_threshold(*thresholds)
