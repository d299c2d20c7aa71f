import os
import socket

from find_mem_leaks.measured.probes import descriptors
from probed import kept


def test_both_ends_of_a_pipe_are_counted_until_they_are_closed():
    before = descriptors.read()
    ends = os.pipe()
    during = descriptors.read()
    for end in ends:
        os.close(end)
    assert during == before + 2
    assert descriptors.read() == before


def test_sockets_and_files_are_counted(tmp_path):
    before = descriptors.read()
    with socket.socket(), (tmp_path / "file").open("w"):
        assert descriptors.read() == before + 2


def test_reading_opens_nothing_and_keeps_nothing():
    assert descriptors.read() == descriptors.read()
    assert kept(descriptors.read) < 20
