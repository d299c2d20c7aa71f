import pytest

from find_mem_leaks.judging.rules import QUICK
from led import order


def test_rounds_make_the_protocol_fixed_and_their_absence_auto():
    assert order().protocol == "auto"
    assert order(rounds=1).protocol == "fixed"


def test_orders_of_the_same_are_equal_and_never_change():
    assert order() == order()
    assert order(rules=QUICK) != order()
    with pytest.raises(AttributeError):
        order().seed = 1
