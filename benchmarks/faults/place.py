"""A tree and a home that faults happen to, and what is looked at afterwards."""

import contextlib
import hashlib
import json
import os
import re
import stat
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from mdjourney_backend.pipeline import Led, check, led, scan_once
from mdjourney_contract.people import Identity
from mdjourney_contract.session_config import SessionConfig

ADA = Identity(user_id="ada", name="Ada", email="ada@example.org")

#: What we may leave beside data: documents, pointers, and what git and DVC keep.
_NOT_DATA = {".metadata", ".mdjourney", ".git", ".dvc", ".template_schemas"}
_FILES_OF_OURS = {".gitignore", ".dvcignore"}


class Place:
    """One tree with its home; `settings` go into the session config.

    `inside`: folders of `top`, which is looked through as a whole, above the tree.
    """

    def __init__(self, base: Path, *, inside: str = "", **settings: Any) -> None:
        self.base = base
        self.top = base / "tree"
        self.root = self.top / inside
        self.home = base / "home"
        self.root.mkdir(parents=True, exist_ok=True)
        self._settings = settings
        self._noted: dict[str, tuple[int, str, int, int]] = {}

    def config(self, **keys: Any) -> SessionConfig:
        """The session config; `keys` go before the place's settings."""
        given = {**self._settings, **keys}
        history = {"git": True, "dvc": True, "dvc_cache": "copy", **given.pop("history", {})}
        defaults = {"settle_seconds": 0, "store": {"sync": False}, "rescan_minutes": 1000}
        return SessionConfig.model_validate(
            {"monitor_path": str(self.root), **defaults, "history": history, **given}
        )

    def write(self, path: str, content: str | bytes = "data") -> Path:
        """A data file of the user's."""
        full = self.root / path
        full.parent.mkdir(parents=True, exist_ok=True)
        full.write_bytes(content.encode() if isinstance(content, str) else content)
        return full

    def scan(self, *, timeout: float = 60, **keys: Any) -> Any:
        """What `mdjourney scan` does."""
        return scan_once(self.root, self.config(**keys), self.home, timeout=timeout)

    @contextlib.contextmanager
    def leading(self, **keys: Any) -> Iterator[Led]:
        """A leader in this process, its pipeline started."""
        with led(self.root, self.config(**keys), self.home) as parts:
            if parts is None:
                raise AssertionError("somebody else leads")
            parts.pipeline.start()
            yield parts

    def document(self, folder: str, kind: str) -> dict[str, Any]:
        """A document as it lies on disk."""
        found: dict[str, Any] = json.loads((self.root / folder / f".metadata/{kind}.json").read_bytes())
        return found

    def entries(self, dataset: str) -> dict[str, dict[str, Any]]:
        """Entries by path. Raises AssertionError where a path stands twice."""
        listed = self.document(dataset, "dataset_structural")["file_descriptions"]
        by_path = {e["file_path"]: e for e in listed}
        if len(by_path) != len(listed):
            raise AssertionError("a path stands twice")
        return by_path

    def identifiers(self) -> dict[str, str]:
        """Every identifier on disk by document, and by document and path of the file."""
        found = {}
        for path in sorted(self.root.glob("p_*/**/.metadata/*.json")):
            content = json.loads(path.read_bytes())
            relative = str(path.relative_to(self.root))
            found[relative] = content.get("dataset_identifier") or content["project_identifier"]
            for entry in content.get("file_descriptions", []):
                found[f"{relative}:{entry['file_path']}"] = entry["file_identifier"]
        return found

    def wrong(self, **keys: Any) -> list[str]:
        """What `mdjourney check` finds besides information."""
        return [f"{f.path}: {f.message}" for f in check(self.root, **keys) if f.severity != "told"]

    def told(self) -> list[str]:
        """Paths `mdjourney check` lists for a person to know."""
        return [f.path for f in check(self.root) if f.severity == "told"]

    def leavings(self) -> list[str]:
        """Temporary files and locks of ours, anywhere in the tree and around it. The leader's lock file stays, unheld."""
        odd = []
        for folder, folders, names in os.walk(self.top):
            for name in (*names, *folders):
                path = f"{folder}/{name}"
                if name == "rwlock.lock":  # DVC's own, which it keeps
                    continue
                if (
                    name.endswith((".saving", ".lock"))
                    or ".mdjourney-git-" in name
                    or "fast_import_crash" in name
                    or "mdjourney-index-" in name
                    or _half_written(name)
                    or (name.startswith("mdj-") and folder.endswith(".dvc/tmp"))
                    or (folder.endswith("/.mdjourney") and name.startswith((".marker", ".status", "cookie-")))
                ):
                    odd.append(path)
        return [os.path.relpath(path, self.top) for path in odd]

    def note(self) -> None:
        """Remember bytes, mode and mtime of every file of the user's as it is now."""
        self._noted = self._look()

    def compare(self) -> tuple[int, list[str]]:
        """How many files were noted, and which of them are gone or have another inode, bytes, mode or mtime."""
        now = self._look()
        return len(self._noted), [path for path, was in self._noted.items() if now.get(path) != was]

    def _look(self) -> dict[str, tuple[int, str, int, int]]:
        found = {}
        for folder, folders, names in os.walk(self.top):
            folders[:] = [f for f in folders if f not in _NOT_DATA]
            for name in names:
                path = os.path.join(folder, name)
                status = os.lstat(path)
                if (
                    name not in _FILES_OF_OURS
                    and not name.endswith(".dvc")
                    and not _half_written(name)
                    and stat.S_ISREG(status.st_mode)
                ):
                    found[path] = (status.st_ino, sha256(path), status.st_mode, status.st_mtime_ns)
        return found

    def git(self, *arguments: str, check: bool = True) -> str:
        """git as a user of the tree would call it."""
        return self._program(["git", *arguments], check)

    def dvc(self, *arguments: str, check: bool = True) -> str:
        """The real DVC as a user of the tree would call it."""
        return self._program([str(Path(sys.executable).with_name("dvc")), *arguments], check)

    def _program(self, command: list[str], check: bool) -> str:
        done = subprocess.run(
            command, cwd=self.root, env=_users(self.base), capture_output=True, text=True, check=False
        )
        if check and done.returncode:
            raise AssertionError(f"{Path(command[0]).name} {command[1]}: {done.stderr.strip()}")
        return done.stdout


#: Of a pointer; of any other file, with host and process of its writer.
_PART = re.compile(r"\.mdj-[0-9a-f]{12}\.tmp|\..+\.\d+\.[0-9a-f]{32}")


def _half_written(name: str) -> bool:
    """Whether a name is what a file of ours has until it is whole: it may come and go while somebody leads."""
    return _PART.fullmatch(name) is not None


def _users(base: Path) -> dict[str, str]:
    """What a user's shell has: an identity of their own, nothing of this machine's."""
    home = base / "user"
    if not home.exists():
        home.mkdir()
        (home / ".gitconfig").write_text(
            "[user]\n\tname = Owner\n\temail = owner@example.org\n[init]\n\tdefaultBranch = trunk\n"
        )
    return {
        "PATH": os.environ["PATH"],
        "HOME": str(home),
        "LC_ALL": "C.UTF-8",
        "DVC_NO_ANALYTICS": "1",
        "GIT_OPTIONAL_LOCKS": "0",
    }


def sha256(path: str | Path) -> str:
    """Of a file's bytes as they are now."""
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def until(true: Callable[[], object], seconds: float = 60, what: str = "it") -> None:
    """Wait for a condition. Raises AssertionError with the last answer."""
    deadline = time.monotonic() + seconds
    last: object = None
    while time.monotonic() < deadline:
        try:
            last = true()
            if last:
                return
        except (OSError, ValueError, KeyError, AssertionError) as exc:
            last = exc
        time.sleep(0.02)
    raise AssertionError(f"{what} did not come true in {seconds} s; last: {last!r}")
