"""Applications as their servers know them: ``module:attribute``, or a file that holds one."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from find_mem_leaks.errors import UsageError
from find_mem_leaks.measured import replies, requests

CALL = "()"
TARGET = re.compile(r"(?P<module>[^\W\d]\w*(?:\.\w+)*):(?P<attribute>[^\W\d]\w*(?:\.\w+)*)(?P<call>\(\))?")


@dataclass(frozen=True)
class Application:
    """The place of an application.

    Attributes:
        module, attribute: its module and its name there, with dots where it is an attribute of an attribute.
        folder: what modules are looked for in.
        is_factory: whether it is what a call of that returns.
        workers: processes of its server that serve it; 1: the measured process itself.
        server: the folder that its server was fetched into; empty where its environment has one.
    """

    module: str
    attribute: str
    folder: str
    is_factory: bool = False
    workers: int = 1
    server: str = ""

    @property
    def name(self) -> str:
        """The name that its cells have; a call of ``run`` with that name measures it."""
        return f"{self.module}:{self.attribute}{CALL if self.is_factory else ''}"

    @property
    def label(self) -> str:
        """The same with its workers, if there are several."""
        return f"{self.name} ({self.workers} workers)" if self.workers > 1 else self.name

    @property
    def where(self) -> requests.Where:
        """The application as the measured process takes it."""
        return {
            "module": self.module,
            "attribute": self.attribute,
            "folder": self.folder,
            "is_factory": self.is_factory,
            "workers": self.workers,
            "server": self.server,
        }


@dataclass(frozen=True)
class Outline:
    """The outline of an application, as its interpreter gave it.

    Attributes:
        kind: ``asgi`` or ``wsgi``.
        schema: its OpenAPI document, if there is one.
        missing: the package of its server, where the interpreter lacks it.
        websockets: the paths of its WebSockets, their parameters in braces.
        unserved: modules without which they cannot be served, and which are not there.
    """

    kind: str
    schema: Mapping[str, Any] | None
    missing: str = ""
    websockets: Sequence[str] = ()
    unserved: Sequence[str] = ()


def find(names: Sequence[str], folder: str | None, *, is_factory: bool) -> dict[str, Application]:
    """The applications among the names; UsageError if a folder or a factory is given for none."""
    looked_in = Path(folder or ".")
    if not looked_in.is_dir():
        raise UsageError(f"--app-dir {folder} is not a directory: name the one that modules are looked for in")
    absolute = str(looked_in.resolve())
    matched = {name: TARGET.fullmatch(name) for name in dict.fromkeys(names)}
    for name, target in matched.items():
        if target is None and ":" in name and not name.endswith(".py"):
            raise UsageError(f"{name!r} is not an application: name it module:attribute, such as shop.main:app")
    applications = {
        name: Application(target["module"], target["attribute"], absolute, is_factory or bool(target["call"]))
        for name, target in matched.items()
        if target is not None
    }
    if is_factory and not applications:
        raise UsageError("--factory is for an application that a function makes, such as shop.main:make_app")
    return applications


def of_file(file: str, attributes: Sequence[str]) -> Application:
    """The one application of a file; UsageError, naming them, where there are several."""
    path = Path(file).resolve()
    parts = [] if path.stem == "__init__" else [path.stem]
    folder = path.parent
    while (folder / "__init__.py").is_file():
        parts, folder = [folder.name, *parts], folder.parent
    module = ".".join(parts)
    if len(attributes) > 1:
        names = [f"{module}:{attribute}" for attribute in attributes]
        beside = "" if folder == Path.cwd() else f" --app-dir {folder}"
        raise UsageError(f"{file} has {len(names)} applications: name one of them, {' or '.join(names)}{beside}")
    return Application(module, attributes[0], str(folder))


def outline(application: Application, executable: str, document: replies.OutlineApplication) -> Outline:
    """The outline of an application as its interpreter gave it; UsageError where there is none."""
    if document["problem"]:
        raise UsageError(f"{application.name} in {executable}: {document['problem']}")
    missing = next(iter(document["missing"]), "")
    return Outline(document["kind"], document["schema"], missing, document["websockets"], document["unserved"])
