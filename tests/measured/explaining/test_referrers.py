"""Who refers to what: on objects of the tests' own, in this process."""

import gc

import pytest

from find_mem_leaks.measured.explaining.referrers import Referrers

kept = {}


class Item:
    pass


@pytest.fixture(autouse=True)
def nothing_kept():
    yield
    kept.clear()


def identities(found):
    return {id(each) for each in found}


def test_all_that_refers_to_an_object_is_told_and_nothing_of_the_index_itself():
    kept["item"] = item = Item()
    kept["list"], kept["other"] = [item, item], [Item()]
    found = [each for each in Referrers().of(item) if type(each) in (list, dict)]
    assert identities(found) == {id(kept), id(kept["list"])}
    assert len(found) == 2


def test_many_objects_are_each_told_their_own():
    kept["lists"] = lists = [[Item()] for _ in range(1_000)]
    index = Referrers()
    assert all(any(each is owner for each in index.of(owner[0])) for owner in lists)


def test_what_the_collector_does_not_track_refers_to_others_too():
    text = "x" * 1_000
    kept["texts"] = {"text": (text, 5)}
    gc.collect()
    [owner] = [each for each in Referrers().of(text) if type(each) is tuple]
    assert owner is kept["texts"]["text"]


def test_a_reference_that_is_gone_since_is_not_told():
    kept["list"], item = [Item()], Item()
    kept["list"].append(item)
    index = Referrers()
    kept["list"].remove(item)
    assert not any(each is kept["list"] for each in index.of(item))


def test_what_is_left_out_refers_to_nothing():
    item = Item()
    kept["list"], kept["left out"] = [item], [item]
    found = identities(Referrers({id(kept["left out"])}).of(item))
    assert id(kept["list"]) in found
    assert id(kept["left out"]) not in found


def test_attributes_that_have_become_a_dict_since_still_refer():
    kept["owner"] = owner = Item()
    owner.item = item = Item()
    index = Referrers()
    assert vars(owner)["item"] is item
    assert any(each in (owner, vars(owner)) for each in index.of(item))
