"""The classes that the suite makes of the list of stacks, as asv meets them."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from find_mem_leaks.history import classes
from find_mem_leaks.subjects.catalogue import Stack

ROOT = Path(__file__).parents[2]
PARTS = ("benchmarks", "src/find_mem_leaks/history", "src/find_mem_leaks/subjects", "src/find_mem_leaks/measured")
DISCOVER = """
import json, sys
from asv_runner import discovery

discovery.update_sys_path(sys.argv[1])
found = discovery.disc_benchmarks(sys.argv[1])
print(json.dumps({each.name: [each.func.__self__.stack, each.setup_cache_key, each.code] for each in found}))
"""
GROWTH = ".track_leaked"


@pytest.fixture
def tree(tmp_path):
    """A working tree with the suite and the stacks, and nothing else."""
    for part in PARTS:
        shutil.copytree(ROOT / part, tmp_path / part, ignore=shutil.ignore_patterns("__pycache__"))
    return tmp_path


@pytest.fixture
def add(tree):
    """Add a stack's file to the tree."""

    def write(name, text):
        (tree / "src/find_mem_leaks/measured/stacks" / f"{name}.py").write_text(f'"""A new stack."""\n\n{text}\n')

    return write


def discovered(tree):
    """What asv discovers in a tree: by the name of the class, its stack, the key of its setup_cache, its source."""
    called = [sys.executable, "-c", DISCOVER, str(tree / "benchmarks")]
    answer = subprocess.run(called, cwd=tree, capture_output=True, text=True, check=True)
    found = json.loads(answer.stdout).items()
    return {name.removesuffix(GROWTH): values for name, values in found if name.endswith(GROWTH)}


def test_a_new_stack_has_a_class_in_the_module_of_what_it_is_and_nothing_else_is_edited(tree, add):
    before = discovered(tree)
    add("new_orm", 'REQUIRES = ("new_orm",)')
    add("new_server", 'REQUIRES = ("new_server", "uvicorn")')
    add("new_container", 'REQUIRES = ("dependency_injector", "uvicorn")')
    after = discovered(tree)
    assert {name: after[name][0] for name in after.keys() - before.keys()} == {
        "plain.NewOrm": "new_orm",
        "served.NewServer": "new_server",
        "injected.NewContainer": "new_container",
    }
    assert {name: stack for name, (stack, *_) in after.items() if name in before} == {
        name: stack for name, (stack, *_) in before.items()
    }


def test_each_class_has_a_key_of_its_own_and_its_own_source(tree, add):
    add("new_orm", 'REQUIRES = ("new_orm",)')
    found = discovered(tree)
    keys = [key for _, key, _ in found.values()]
    assert len(set(keys)) == len(keys)
    for name, (_, key, source) in found.items():
        assert key.split(":")[0] == name.split(".")[0]
        assert source.count("def setup_cache") == 1
        assert f"class {name.split('.')[1]}:" in source


def test_classes_written_by_hand_beside_them_have_keys_of_their_own(tree):
    """asv takes a key from the module and the line, of the module's own file and of the text that is made for it."""
    file = tree / "benchmarks" / "plain.py"
    lines = [f"class ByHand{i}(Suite): stack, setup_cache = 'by_hand', lambda self: {{}}\n" for i in range(60)]
    file.write_text(file.read_text() + "".join(lines))
    found = discovered(tree)
    assert sum(stack == "by_hand" for stack, *_ in found.values()) == len(lines)
    keys = [key for _, key, _ in found.values()]
    assert len(set(keys)) == len(keys)


def test_a_new_control_gets_no_class_unless_somebody_writes_one(tree, add):
    before = discovered(tree)
    add("new_control", 'TRUTH = "leaking"\n\n\ndef operation(i):\n    pass')
    assert discovered(tree) == before


@pytest.mark.parametrize(
    ("stack", "module", "name"),
    [
        (Stack("sync_session", "", ("sqlalchemy",)), "plain", "SyncSession"),
        (Stack("fastapi_async", "", ("fastapi", "uvicorn")), "served", "FastapiAsync"),
        (Stack("injected", "", ("dependency_injector",)), "injected", "Injected"),
        (Stack("leaks", "", ("uvicorn",), truth="leaking"), "controls", "Leaks"),
    ],
)
def test_a_class_is_called_as_its_stack_and_is_in_the_module_of_what_it_is(stack, module, name):
    assert (classes.module(stack), classes.name(stack)) == (module, name)
