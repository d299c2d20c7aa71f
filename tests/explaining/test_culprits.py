"""How the second process is led: what is installed for it, and what becomes of its failures."""

import asyncio
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

from cells import cell
from find_mem_leaks.explaining import culprits


def test_memray_is_installed_once_for_cells_that_are_explained_at_once(monkeypatch):
    installed = []
    monkeypatch.setattr(culprits, "_lacks_memray", lambda executable: True)
    monkeypatch.setattr(culprits.environments, "install_into", lambda *of: time.sleep(0.05) or installed.append(of))
    with ThreadPoolExecutor() as pool:
        folders = set(pool.map(culprits._library, ["a-python-of-this-test"] * 4))
    assert len(installed) == len(folders) == 1


def test_whatever_fails_the_verdict_stands(monkeypatch):
    async def fail(*_):
        raise KeyError("damaged")

    monkeypatch.setattr(culprits, "_explained", fail)
    judged = cell()
    after = asyncio.run(culprits.find("python", None, judged, None))
    assert after.explained == "where it leaks could not be told: KeyError: 'damaged'"
    assert replace(after, explained=None, explaining_seconds=None) == judged
