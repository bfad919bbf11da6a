"""Where a home's database lies: data, socket and log folder, remembered in the home."""

import json
import os
import secrets
import shutil
import tempfile
from dataclasses import asdict, dataclass
from pathlib import Path

from mdjourney_store.embedded.account import Account
from mdjourney_store.problems import EmbeddedServerProblem

#: Where databases of root's homes lie: a home is 0700 and its owner's, the server runs as somebody else.
SHARED = Path("/var/lib/mdjourney")
#: `sockaddr_un` holds 107 bytes and an end; the name of the socket and of its lock file follow the folder.
_LONGEST_SOCKET_FOLDER = 107 - len("/.s.PGSQL.5432.lock")


@dataclass(frozen=True, slots=True)
class Place:
    """`base` is 0700 and the server account's; `data`, `log` lie in it, the socket too unless its path is too long."""

    base: Path
    sockets: Path

    @property
    def data(self) -> Path:
        """PGDATA."""
        return self.base / "data"

    @property
    def log(self) -> Path:
        """What the server says."""
        return self.base / "server.log"


def private(folder: Path) -> Path:
    """Create `folder` (0700) if it is not there; what is there is closed to others."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    if folder.stat().st_mode & 0o077 and folder.stat().st_uid == os.geteuid():
        folder.chmod(0o700)
    return folder


def passable(folder: Path) -> Path:
    """Create `folder` (0755, whatever the umask) if it is not there; what is there and ours is opened to passers-by."""
    folder.mkdir(parents=True, exist_ok=True)
    seen = folder.stat()
    if seen.st_mode & 0o055 != 0o055 and seen.st_uid == os.geteuid():
        folder.chmod(0o755)
    return folder


def find_place(own: Path, account: Account, shared: Path = SHARED) -> Place:
    """The place remembered in `own` (`<home>/postgres`), or a new one, with its folders present and closed.

    Raises:
        EmbeddedServerProblem: the remembered place belongs to somebody else, or no folder can be made.
    """
    note = own / "place.json"
    place = _read(note)
    if place is None:
        place = _new(own, account, shared)
    if not place.base.is_dir():
        _make(place.base, account)
    if not place.sockets.is_dir():
        place = Place(place.base, _socket_folder(place.base))
    for folder in {place.base, place.sockets}:
        _must_be_ours(folder, account)
    _make(place.sockets, account)
    write_private(note, json.dumps({k: str(v) for k, v in asdict(place).items()}))
    return place


def write_private(path: Path, text: str) -> None:
    """Replace `path` (0600) in one step."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    Path(name).replace(path)


def forget(own: Path) -> None:
    """Remove the place remembered in `own`, with all data in it."""
    place = _read(own / "place.json")
    if place is None:
        return
    for folder in (place.sockets, place.base):
        if folder.is_dir():
            shutil.rmtree(folder)
    (own / "place.json").unlink()


def _read(note: Path) -> Place | None:
    try:
        kept = json.loads(note.read_text(encoding="utf-8"))
        return Place(Path(kept["base"]), Path(kept["sockets"]))
    except FileNotFoundError:
        return None
    except (ValueError, KeyError, TypeError) as error:
        raise EmbeddedServerProblem(f"{note} does not say where the database lies: {error}") from error


def remembered(own: Path) -> Place:
    """The place remembered in `own`.

    Raises:
        EmbeddedServerProblem: none is.
    """
    place = _read(own / "place.json")
    if place is None:
        raise EmbeddedServerProblem(f"no database was created in {own.parent} yet")
    return place


def _new(own: Path, account: Account, shared: Path) -> Place:
    base = own
    if account.switch:
        passable(shared)
        base = shared / secrets.token_hex(6)
    _make(base, account)
    return Place(base, _socket_folder(base))


def _socket_folder(base: Path) -> Path:
    if len(os.fsencode(base / "s")) <= _LONGEST_SOCKET_FOLDER:
        return base / "s"
    return Path(tempfile.mkdtemp(dir="/tmp", prefix="mdj-"))


def _make(folder: Path, account: Account) -> None:
    private(folder)
    if account.switch:
        account.give(folder)
    folder.chmod(0o700)


def _must_be_ours(folder: Path, account: Account) -> None:
    if folder.is_dir() and folder.lstat().st_uid not in {account.uid, os.geteuid()}:
        raise EmbeddedServerProblem(
            f"{folder} belongs to account number {folder.lstat().st_uid}, not to {account.name}: "
            "start MDJourney as the account that created this home"
        )
