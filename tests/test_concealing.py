"""Passwords and tokens in what people gave."""

import pytest

from find_mem_leaks.concealing import concealed


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ("postgresql://ann:s3cret@db/shop", "postgresql://ann:***@db/shop"),
        ("postgres://ann:p@ss-word@db/shop", "postgres://ann:***@db/shop"),
        ("ann:s3cret@db/shop", "ann:***@db/shop"),
        ("postgresql://db/shop?password=s3cret", "postgresql://db/shop?password=***"),
        ("GET /items?api_key=s3cret&page=2", "GET /items?api_key=***&page=2"),
        ("git+https://s3cret@github.com/o/r", "git+https://***@github.com/o/r"),
        ("git+ssh://git@github.com/o/r@main", "git+ssh://git@github.com/o/r@main"),
        ("http://localhost:8000/a@b", "http://localhost:8000/a@b"),
        ("GET /posts?author=5", "GET /posts?author=5"),
    ],
)
def test_three_asterisks_stand_for_a_secret_and_all_else_stays(given, shown):
    assert concealed(given) == shown
