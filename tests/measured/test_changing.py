import gc
import subprocess
import sys

import pytest

from find_mem_leaks.measured import changing
from find_mem_leaks.measured.accounting import trimming


def test_the_collector_has_the_settings_again_that_it_started_with():
    code = "import gc; print(*gc.get_threshold())"
    own = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    gc.set_threshold(1_000_000_000, 5, 5)
    gc.disable()
    gc.freeze()
    reply = changing.restore_collector()
    assert reply == {"thresholds": list(gc.get_threshold())} == {"thresholds": [int(each) for each in own.split()]}
    assert gc.isenabled()
    assert gc.get_freeze_count() == 0


def test_garbage_is_kept_from_there_on():
    try:
        assert changing.keep_garbage() == {"was_enabled": True}
        assert not gc.isenabled()
        assert changing.keep_garbage() == {"was_enabled": False}
    finally:
        gc.enable()


def test_what_is_done_between_operations_collects_or_trims(monkeypatch):
    node = []
    node.append(node)
    del node
    assert changing.BETWEEN["collect"]() >= 1
    trimmed = []
    monkeypatch.setattr(trimming, "trim", lambda: trimmed.append(1) or 0)
    changing.BETWEEN["trim"]()
    assert trimmed == [1]


def test_a_heap_that_cannot_be_trimmed_is_an_error(monkeypatch):
    monkeypatch.setattr(trimming, "trim", lambda: None)
    with pytest.raises(RuntimeError, match="no malloc_trim"):
        changing.BETWEEN["trim"]()


def test_resident_memory_is_read_with_its_peak_and_whether_a_library_is_loaded():
    found = changing.weigh("")
    assert found["peak"] >= found["rss"] > 1_000_000
    assert found["loaded"]
    assert changing.weigh("libc.so.6")["loaded"]
    assert not changing.weigh("libnobodyhasit.so.2")["loaded"]
