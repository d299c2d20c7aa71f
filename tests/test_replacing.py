import os

import pytest

from find_mem_leaks import replacing


def test_a_file_is_replaced_and_all_may_read_it(tmp_path):
    path = tmp_path / "it"
    replacing.write(path, b"old")
    replacing.write(path, b"new")
    assert path.read_bytes() == b"new"
    assert path.stat().st_mode & 0o777 == 0o644
    assert list(tmp_path.iterdir()) == [path]


def test_where_it_cannot_be_replaced_it_stands_and_nothing_is_left_beside_it(tmp_path):
    (tmp_path / "it").mkdir()
    with pytest.raises(OSError, match="directory"):
        replacing.write(tmp_path / "it", b"new")
    assert [path.name for path in tmp_path.iterdir()] == ["it"]


def test_what_a_link_leads_to_is_replaced_and_others_may_read_it_as_any_new_file(tmp_path):
    (tmp_path / "it").write_bytes(b"old")
    (tmp_path / "link").symlink_to("it")
    before = os.umask(0o077)
    try:
        replacing.write(tmp_path / "link", b"new")
    finally:
        os.umask(before)
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "it").read_bytes() == b"new"
    assert (tmp_path / "it").stat().st_mode & 0o777 == 0o600
