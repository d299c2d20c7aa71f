from find_mem_leaks.measured import kinds


class Odd(type):
    """Types that can be neither hashed nor compared."""

    __hash__ = None

    def __eq__(cls, _other):
        raise TypeError


class Thing(metaclass=Odd):
    pass


def test_objects_are_found_by_their_kind_in_their_order_and_kinds_that_cannot_be_hashed_too():
    things = [Thing(), [], {}, Thing(), "text"]
    assert kinds.among(things, lambda kind: kind.__name__ == "Thing") == [things[0], things[3]]


def test_each_kind_is_asked_once():
    asked = []
    kinds.among([[] for _ in range(1_000)], asked.append)
    assert asked == [list]
