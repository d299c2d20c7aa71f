"""Tests in classes of known truth."""

import unittest

registered = []


class TestOrders:
    def setup_method(self):
        self.order = ["setup"]

    def test_instance(self):
        self.order.append(1)
        assert len(self.order) == 2

    def test_state_of_the_instance(self):
        assert not hasattr(self, "state")
        self.state = [1, 2, 3]


class Unit(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.kept = []

    def setUp(self):
        self.order = {"number": 1}
        self.addCleanup(self.order.clear)

    def test_leak_of_a_case(self):
        registered.append(self)  # leaks: the test itself

    def test_case(self):
        with self.subTest(number=1):
            self.assertEqual(self.order["number"], 1)

    def test_state_of_the_class(self):
        self.kept[:] = [self.order]

    @unittest.skip("not here")
    def test_skipped_case(self):
        raise AssertionError
