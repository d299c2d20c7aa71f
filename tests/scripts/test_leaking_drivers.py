"""What is put into drivers: one object a transaction, at a known line, and nothing into what they are copied from."""

import sys

import leaking_drivers
import pytest
from leaking_drivers import LEAKS

from find_mem_leaks.subjects import databases

CONNECTION = """
class Connection:
    def cursor(self, *arguments, **options):
        return "a cursor", arguments, options

    def rollback(self):
        return "rolled back"
"""
PSYCOPG2 = """
import types


def _connect(dsn, connection_factory=None, **options):
    return connection_factory(), dsn


extensions = types.SimpleNamespace(connection=Connection)
"""
TRANSACTION = """
class Transaction:
    def start(self):
        return "started"
"""
[OF_PSYCOPG2] = [leak for leak in LEAKS if leak.database.endswith("psycopg2")]
[OF_ASYNCPG] = [leak for leak in LEAKS if leak.database.endswith("asyncpg")]
OF_CURSORS = next(leak for leak in LEAKS if leak.database.endswith("pymysql"))


@pytest.fixture
def put(tmp_path):
    """Put a leak into a module of this text; its names afterwards."""

    def call(leak, text):
        file = tmp_path / leak.module
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
        leak.put_into(tmp_path)
        names = {}
        exec(compile(file.read_text(), str(file), "exec"), names)  # noqa: S102  it is written here
        names["kept"] = lambda: [found for found in names["_kept"] if found is not None]
        return names

    return call


def test_the_first_cursor_of_a_transaction_keeps_an_object(put):
    module = put(OF_CURSORS, CONNECTION)
    connection = module["Connection"]()
    for kept in (1, 2):
        assert connection.cursor("named", size=3) == ("a cursor", ("named",), {"size": 3})
        connection.cursor()
        assert [type(found) for found in module["kept"]()] == [object] * kept
        assert [connection.rollback(), connection.rollback()] == ["rolled back"] * 2


def test_psycopg2s_connections_are_of_a_class_that_keeps_an_object(put):
    module = put(OF_PSYCOPG2, CONNECTION + PSYCOPG2)
    connection, dsn = module["_connect"]("host=here")
    assert dsn == "host=here"
    connection.cursor()
    assert len(module["kept"]()) == 1


def test_each_transaction_of_asyncpg_keeps_an_object(put):
    module = put(OF_ASYNCPG, TRANSACTION)
    assert module["Transaction"]().start() == "started"
    assert len(module["kept"]()) == 1


@pytest.mark.parametrize("leak", [OF_CURSORS, OF_ASYNCPG], ids=["cursors", "transactions"])
def test_the_list_has_room_for_more_operations_than_a_cell_has(put, leak):
    kept = put(leak, TRANSACTION + CONNECTION)["_kept"]
    before = sys.getsizeof(kept)
    kept.extend([None] * 400_000)
    assert sys.getsizeof(kept) == before


def test_the_line_that_keeps_it_is_known(put, tmp_path):
    put(OF_CURSORS, CONNECTION)
    file = tmp_path / OF_CURSORS.module
    lines = file.read_text().splitlines()
    [number] = [number for number, line in enumerate(lines, start=1) if "object()" in line]
    assert OF_CURSORS.is_at(str(file), number, tmp_path)
    assert OF_CURSORS.is_at(f"/gone/site-packages/{OF_CURSORS.module}", number, tmp_path)
    assert not OF_CURSORS.is_at(str(file), number + 1, tmp_path)
    assert not OF_CURSORS.is_at(str(tmp_path / "other.py"), number, tmp_path)


def test_a_file_that_is_a_link_to_a_cache_leaves_the_cache_as_it_is(tmp_path):
    cached, packages = tmp_path / "cached.py", tmp_path / "packages"
    cached.write_text(TRANSACTION)
    module = packages / OF_ASYNCPG.module
    module.parent.mkdir(parents=True)
    module.hardlink_to(cached)
    OF_ASYNCPG.put_into(packages)
    assert cached.read_text() == TRANSACTION
    assert module.read_text() != TRANSACTION


def test_every_driver_of_a_wheel_has_a_leak_for_each_kind_of_stack_that_it_serves():
    drivers = [driver for driver in databases.DRIVERS.values() if driver.name != "mysql+mysqldb"]
    wanted = {(driver.name, False) for driver in drivers if driver.is_sync}
    wanted |= {(driver.name, True) for driver in drivers if driver.is_async}
    assert {(leak.database, leak.is_async) for leak in LEAKS} == wanted
    assert len(LEAKS) == len(wanted)


def test_packages_are_where_the_interpreter_has_them():
    assert (leaking_drivers.packages_of(sys.executable) / "pytest").is_dir()
