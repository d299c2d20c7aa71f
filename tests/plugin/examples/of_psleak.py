from leaking import open_without_close, some_function, start_without_join
from psleak import Checkers, LeakTest, MemoryLeakTestCase


class TestLeaks(MemoryLeakTestCase):
    def test_fun(self):
        self.execute(some_function)


class TestOverrides(MemoryLeakTestCase):
    def test_fun(self):
        self.execute(
            some_function,
            times=500,
            tolerance=1024,
            checkers=Checkers.exclude("gcgarbage"),
        )


class TestOfClass(MemoryLeakTestCase):
    times = 500
    tolerance = {"rss": 1024}  # noqa: RUF012 - as its page has it
    checkers = Checkers.only("memory")

    def test_fun(self):
        self.execute(some_function)


class TestGenerated(MemoryLeakTestCase):
    @classmethod
    def auto_generate(cls):
        return {
            "memory": LeakTest(some_function, 10),
            "files": LeakTest(open_without_close),
            "threads": LeakTest(start_without_join, times=10, tolerance=1024),
        }
