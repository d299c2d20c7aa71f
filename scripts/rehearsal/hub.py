"""The other end: repositories to clone and push to, the store of artifacts, the site, the issues, in one folder."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

REPOSITORY = "somebody/find-mem-leaks"


def git(*words: str | Path, folder: Path) -> str:
    """Standard output of a git command; CalledProcessError, with what it said, if it fails."""
    command = ["git", "-c", "protocol.file.allow=always", *map(str, words)]
    return subprocess.run(command, cwd=folder, check=True, text=True, capture_output=True).stdout.strip()


def tools(folder: Path) -> None:
    """Put a stand-in for GitHub's command line into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    program = folder / "gh"
    source = (Path(__file__).parent / "gh.py").read_text(encoding="utf-8")
    program.write_text(f"#!{sys.executable}\n{source}", encoding="utf-8")
    program.chmod(0o755)


@dataclass(frozen=True)
class Hub:
    """root: a folder of this rehearsal alone; run: the number of the workflow's run, whose artifacts are its own."""

    root: Path
    run: int = 1

    @property
    def server(self) -> str:
        return (self.root / "server").as_uri()

    @property
    def artifacts(self) -> Path:
        return self.root / "artifacts" / str(self.run)

    @property
    def site(self) -> Path:
        return self.root / "site"

    @property
    def tools(self) -> Path:
        """Return what a runner has installed."""
        return self.root / "tools"

    @property
    def published(self) -> Path:
        return self.root / "published"

    def folder(self, label: str) -> Path:
        """Return where a run of a workflow is carried out; the folder is there."""
        folder = self.root / "runs" / f"{self.run}-{label}"
        folder.mkdir(parents=True)
        return folder

    def repository(self, name: str = REPOSITORY) -> Path:
        return self.root / "server" / name

    def begin(self, name: str) -> Path:
        """A new repository without a commit."""
        here = self.repository(name)
        here.mkdir(parents=True)
        git("init", "--quiet", "--bare", "--initial-branch", "main", ".", folder=here)
        git("config", "uploadpack.allowAnySHA1InWant", "true", folder=here)
        return here

    def host(self, source: Path, revision: str, name: str = REPOSITORY) -> str:
        """Take in a repository: ``main`` becomes this revision of it, other branches stay behind. Its hash."""
        here = self.begin(name)
        commit = git("rev-parse", revision, folder=source)
        git("fetch", "--no-tags", source.resolve(), f"{commit}:refs/heads/main", folder=here)
        return git("rev-parse", "main", folder=here)

    def commit(
        self, message: str, changes: Mapping[str, str | None], branch: str = "main", name: str = REPOSITORY
    ) -> str:
        """A commit on main, or on a new branch from there, with these files' texts, None to delete one; its hash."""
        desk = self.root / "desks" / name
        if not desk.exists():
            desk.parent.mkdir(parents=True, exist_ok=True)
            git("clone", "--quiet", self.repository(name), desk, folder=self.root)
        git("fetch", "--quiet", "origin", folder=desk)
        if git("branch", "--list", "main", folder=self.repository(name)):
            git("checkout", "--quiet", "-B", branch, "origin/main", folder=desk)
        for path, text in changes.items():
            (desk / path).parent.mkdir(parents=True, exist_ok=True)
            (desk / path).write_text(text or "", encoding="utf-8")
            if text is None:
                (desk / path).unlink()
        git("add", "--all", folder=desk)
        who = ("-c", "user.name=Somebody", "-c", "user.email=somebody@example.com")
        git(*who, "commit", "--quiet", "--allow-empty", "-m", message, folder=desk)
        commit = git("rev-parse", "HEAD", folder=desk)
        git("fetch", "--quiet", desk, f"+{commit}:refs/heads/{branch}", folder=self.repository(name))
        return commit

    def merge(self, base: str, head: str, name: str = REPOSITORY) -> str:
        """The commit that GitHub makes to show what a pull request would be merged as; its first parent is the base."""
        here = self.repository(name)
        who = ("-c", "user.name=GitHub", "-c", "user.email=noreply@github.com")
        tree = git("rev-parse", f"{head}^{{tree}}", folder=here)
        commit = git(*who, "commit-tree", tree, "-p", base, "-p", head, "-m", f"Merge {head} into {base}", folder=here)
        git("update-ref", "refs/pull/1/merge", commit, folder=here)
        return commit

    def tip(self, branch: str, name: str = REPOSITORY) -> str:
        """The commit of a branch."""
        return git("rev-parse", f"refs/heads/{branch}", folder=self.repository(name))

    def files(self, branch: str, name: str = REPOSITORY) -> Sequence[str]:
        """The paths that a branch holds; none if there is no such branch."""
        here = self.repository(name)
        if not git("branch", "--list", branch, folder=here):
            return ()
        return git("ls-tree", "-r", "--name-only", branch, folder=here).splitlines()
