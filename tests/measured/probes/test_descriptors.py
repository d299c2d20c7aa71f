import contextlib
import os
import resource
import socket

import pytest

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


@contextlib.contextmanager
def none_left():
    """No descriptor is left: all below a lower limit are open."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    opened = []
    resource.setrlimit(resource.RLIMIT_NOFILE, (256, hard))
    try:
        with pytest.raises(OSError, match="Too many open files"):  # noqa: PT012 - until there are none
            while True:
                opened.append(os.open(os.devnull, os.O_RDONLY))
        yield opened
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
        for descriptor in opened:
            os.close(descriptor)


def test_where_none_is_left_all_are_counted_none_the_less():
    with none_left() as opened:
        at_the_end = descriptors.read()
        os.close(opened.pop())
        assert descriptors.read() == at_the_end - 1


def test_reading_opens_nothing_and_keeps_nothing():
    assert descriptors.read() == descriptors.read()
    assert kept(descriptors.read) < 20
