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


def test_what_several_workers_serve_is_looked_into_in_one_process():
    served = order(application={"module": "main", "workers": 3})
    assert served.alone.application == {"module": "main", "workers": 1}
    assert order().alone == order()
