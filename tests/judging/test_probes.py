"""The records of the probes: each has its file in the measured wing, and nothing else needs to name it."""

import importlib
import inspect

import pytest

from find_mem_leaks.history import figures
from find_mem_leaks.judging import probes
from find_mem_leaks.judging.probes import PROBES, count
from find_mem_leaks.measured.explaining import counters
from series_of import series

PACKAGE = "find_mem_leaks.measured.probes"


@pytest.mark.parametrize("module", probes.MODULES)
def test_the_file_of_a_count_reads_a_whole_number_and_says_what_it_cannot_see(module):
    file = importlib.import_module(f"{PACKAGE}.{module}")
    assert isinstance(file.read(), int)
    assert "Cannot see: " in inspect.getdoc(file)


@pytest.mark.parametrize("probe", [probe for probe in PROBES if probe.counter], ids=lambda probe: probe.key)
def test_what_is_read_line_by_line_can_be_read(probe):
    assert not any(counters.counter(probe.counter).end())
    assert probe.counts


@pytest.mark.parametrize("probe", PROBES, ids=lambda probe: probe.key)
def test_every_probe_says_what_it_misses_and_reads_a_series(probe):
    columns = series(lambda n: 0).columns()
    assert probe.misses
    assert len(probe.read(columns)) == len(columns["operations"])


def test_keys_and_files_are_each_one_probes():
    every = [*PROBES, probes.UNCOLLECTED, probes.RESIDENT]
    assert len({probe.key for probe in every}) == len(every) == len(probes.BY_KEY)
    assert len(set(probes.MODULES)) == len(probes.MODULES)


def test_a_file_with_the_name_of_a_reading_of_memory_is_refused():
    with pytest.raises(ValueError, match="cannot be called 'rss'"):
        count(name="sets", unit="sets", module="rss", thing="set", misses="all")


def test_the_history_goes_by_the_key_of_the_probe():
    assert probes.BLOCKS.key == figures.BLOCKS


def test_a_series_tells_which_probes_it_has_no_readings_of():
    columns = dict(series(lambda n: 0).columns())
    before = probes.unread(columns)
    assert "file_descriptors" not in before
    del columns["descriptors"]
    assert probes.unread(columns) == {*before, "file_descriptors"}
