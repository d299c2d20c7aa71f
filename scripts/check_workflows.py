"""Check the workflows by four linters that need no network: schemas, actionlint with shellcheck, zizmor.

``python scripts/check_workflows.py [ROOT]`` checks the workflows, dependabot.yml and action.yml of a checkout. Exit
code 1, after all of them have said what they found, if any found something.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

HERE = Path(__file__).parents[1]
TOOLS = Path(sys.executable).parent
Command = list[str | Path]


def workflows(root: Path) -> list[Path]:
    return sorted((root / ".github" / "workflows").glob("*.yml"))


def schemas(root: Path) -> Iterator[Command]:
    """Yield a command for each kind of file, with the copy of its schema that comes with the checker."""
    kinds = {
        "vendor.github-workflows": workflows(root),
        "custom.github-workflows-require-timeout": workflows(root),
        "vendor.dependabot": [root / ".github" / "dependabot.yml"],
        "vendor.github-actions": [root / "action.yml"],
    }
    for schema, files in kinds.items():
        if there := [file for file in files if file.exists()]:
            yield ["check-jsonschema", "--builtin-schema", schema, *there]


def commands(root: Path) -> list[Command]:
    """All checks, each a call of a tool beside this Python."""
    actionlint: Command = ["actionlint", "-no-color", "-shellcheck", TOOLS / "shellcheck", *workflows(root)]
    zizmor: Command = ["zizmor", "--offline", "--persona", "pedantic", "--strict-collection", "--quiet", root]
    return [*schemas(root), actionlint, zizmor]


def check(root: Path) -> list[str]:
    """The names of the tools that found something; their findings go to standard output."""
    with ThreadPoolExecutor() as pool:
        answers = list(pool.map(lambda command: call(command, root), commands(root)))
    for _, answer in answers:
        print(answer.stdout if answer.returncode else "", end="")
    return [name for name, answer in answers if answer.returncode]


def call(command: Command, root: Path) -> tuple[str, subprocess.CompletedProcess[str]]:
    """A linter's name, and the finished call of it."""
    name, *words = map(str, command)
    called = [shutil.which(name, path=str(TOOLS)) or name, *words]
    return name, subprocess.run(
        called, cwd=root, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False
    )


def main() -> int:
    root = Path(sys.argv[1]) if len(sys.argv) > 1 else HERE
    names = check(root.resolve())
    print(f"found something: {', '.join(names)}" if names else f"nothing found in {len(workflows(root))} workflows")
    return bool(names)


if __name__ == "__main__":
    sys.exit(main())
