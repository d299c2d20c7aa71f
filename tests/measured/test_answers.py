"""What answers say of what was made."""

import pytest

from find_mem_leaks.measured import answers


@pytest.mark.parametrize(
    ("body", "found"),
    [
        (b'{"id": 7}', "7"),
        (b'{"id": 7, "item_id": "a"}', "a"),
        (b'{"data": {"id": "x"}}', "x"),
        (b'{"id": null, "data": {"id": 0}}', "0"),
        (b'{"id": true}', ""),
        (b'{"a": {"b": {"id": 1}}}', ""),
        (b'[{"id": 1}]', ""),
        (b"<html>", ""),
        (b"\xff\xfe", ""),
        (b"[" * 100_000, ""),
        (b"", ""),
    ],
)
def test_what_was_made_is_named_in_json(body, found):
    assert answers.named(body, ["item_id", "id"]) == found


def test_what_was_made_is_where_an_answer_leads():
    assert answers.made(b"", "http://127.0.0.1:80/items/7/?a=b", ["id"]) == "7"
    assert answers.made(b'{"id": 8}', "/items/7", ["id"]) == "8"
    assert answers.made(b"", "", ["id"]) == ""
