"""Test functions of known truth."""

import ctypes
import functools
import logging
import os
import sys
import warnings

import pytest

seen = []
undone = []
malloc = ctypes.CDLL(None).malloc
malloc.restype, malloc.argtypes = ctypes.c_void_p, [ctypes.c_size_t]


class Order:
    """An order."""

    by_number = {}

    def __init__(self, number):
        self.number = number
        Order.by_number[id(self), len(Order.by_number)] = self  # leaks: a cache on a class


@functools.lru_cache(maxsize=64)
def price(number):
    return "price %d" % number


def greeting():
    return "hello"


def test_leak_list_of_the_module():
    seen.append(["an", "order", len(seen)])  # leaks: a list


def test_leak_cache_on_a_class():
    assert Order(1).number == 1


def test_leak_patch_that_is_never_undone():
    patch = pytest.MonkeyPatch()
    before = greeting
    patch.setattr(sys.modules[__name__], "greeting", lambda: before())  # leaks: a patch
    undone.append(patch)


def test_leak_fixture(client):
    assert len(client.answers) == 3


def test_leak_memory_of_c():
    assert malloc(200)  # leaks: memory of C


def test_leak_file_descriptors():
    os.open(os.devnull, os.O_RDONLY)  # leaks: a descriptor


@pytest.mark.parametrize("keeps", [True, False], ids=["leak", "drops"])
def test_parameters(keeps):
    answer = {"answer": [1, 2, 3]}
    if keeps:
        seen.append(answer)


def test_output_and_logs(capsys, caplog):
    print("a line of output")
    print("another", file=sys.stderr)
    logging.getLogger("shop").warning("an order of %d", 3)
    assert "a line" in capsys.readouterr().out
    assert len(caplog.records) == 1


def test_output_of_descriptors(capfd):
    os.write(1, b"by its descriptor")
    assert capfd.readouterr().out


def test_warnings(recwarn):
    warnings.warn("careful", stacklevel=1)
    assert len(recwarn) == 1


def test_warnings_that_nobody_takes():
    warnings.warn("careful %s" % os.urandom(4).hex(), UserWarning, stacklevel=1)


def test_directories(tmp_path, tmp_path_factory):
    (tmp_path / "order").write_text("text")
    assert len(list(tmp_path.iterdir())) == 1


def test_patches(monkeypatch, tmp_path):
    monkeypatch.setenv("SHOP", "1")
    monkeypatch.setattr(sys.modules[__name__], "greeting", lambda: "patched")
    monkeypatch.chdir(tmp_path)
    assert greeting() == "patched"


def test_folder_that_is_left(tmp_path):
    os.chdir(tmp_path)


def test_environment_that_is_left():
    os.environ["SHOP"] = "left"


def test_streams_that_are_closed():
    os.close(os.dup(1))
    sys.stdout = sys.__stdout__


def test_fixture_that_is_closed(closed_client, shop):
    shop["orders"] = [closed_client.answers]


def test_fixtures_with_parameters(backend, size):
    assert backend


def test_bounded_cache():
    for number in range(100):
        price(number)


def test_properties(record_property, request):
    record_property("number", 1)
    request.node.user_properties.append(("other", [1, 2]))
    request.node.add_report_section("call", "stdout", "text " * 20)
    request.node.things = {"of": "this item"}


def test_fixture_that_is_asked_for(request):
    assert request.getfixturevalue("shop") is not None
    assert request.getfixturevalue("closed_client").answers


@pytest.mark.slow
def test_mark():
    assert price(1)


@pytest.mark.skip(reason="no database")
def test_skipped():
    raise AssertionError


def test_skipped_by_itself():
    pytest.skip("no network")


@pytest.mark.xfail(reason="a known bug")
def test_expected_to_fail():
    raise AssertionError


def test_failed():
    raise ValueError("no such order")


def test_not_repeatable(ran=[]):
    ran.append(1)
    assert len(ran) < 2
