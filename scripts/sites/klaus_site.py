"""klaus with one repository of three commits."""

import tempfile
from pathlib import Path

from dulwich import porcelain
from klaus import make_app

folder = Path(tempfile.mkdtemp(), "shop")
folder.mkdir()
porcelain.init(str(folder))
for number in range(3):
    (folder / "main.py").write_text(f"number = {number}\n" * 20, encoding="utf-8")
    porcelain.add(str(folder), [str(folder / "main.py")])
    porcelain.commit(str(folder), message=f"commit {number}".encode(), author=b"A <a@b>", committer=b"A <a@b>")

application = make_app([str(folder)], "shop")
