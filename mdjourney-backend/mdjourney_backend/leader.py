"""Who leads a tree: the marker that names the tree, the lock only one backend holds, and how others reach the leader."""

import contextlib
import fcntl
import json
import logging
import os
import socket
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

from mdjourney_backend.inbox import Inbox
from mdjourney_backend.layout import OURS
from mdjourney_backend.whole_files import clear, write_whole
from mdjourney_contract.problems import Conflict, Unavailable
from mdjourney_contract.session_config import TREE_KEYS, SessionConfig

log = logging.getLogger(__name__)

MARKER: Final = "marker.json"
LOCK: Final = "lock"
PEER: Final = "peer.json"
_ROOTS: Final = "roots.json"
#: Files of ours that are replaced as a whole.
_WRITTEN_WHOLE: Final = (MARKER, PEER, _ROOTS)
_HEARTBEAT_SECONDS: Final = 5.0
#: A leader on another host (whose `flock` may not reach us) counts as alive this long after its last heartbeat.
_STALE_SECONDS: Final = 30.0
_NESTED_DEPTH: Final = 3


class TreeMissing(Unavailable):
    """The folder, or the disk it lies on, is not there."""

    title = "The folder is not available"


@dataclass(frozen=True, slots=True)
class Peer:
    """Where the leader of a tree answers, for followers that share its home."""

    host: str
    port: int
    secret: str


@dataclass(frozen=True, slots=True)
class Marker:
    """The file that makes a folder a tree: its id, and the keys of the config that shape it."""

    tree_id: str
    keys: dict[str, Any]


def tree_keys(config: SessionConfig) -> dict[str, Any]:
    """The part of a config that must be one for all who serve a tree."""
    dumped = json.loads(config.model_dump_json())
    return {key: dumped[key] for key in TREE_KEYS}


def read_marker(root: Path) -> Marker | None:
    """The marker of a tree, or None where there is none.

    Raises:
        Conflict: it cannot be read.
    """
    path = root / OURS / MARKER
    try:
        held = json.loads(path.read_text(encoding="utf-8"))
        return Marker(str(held["tree_id"]), dict(held["keys"]))
    except (FileNotFoundError, NotADirectoryError):
        return None
    except (ValueError, KeyError, TypeError) as exc:
        raise Conflict(
            f"{path} cannot be read ({exc}); it names the tree, so restore it or remove it"
        ) from exc


def refuse_nested(root: Path) -> None:
    """
    Raises:
        Conflict: a folder above or below is a tree already; the message names it.
    """
    for above in root.resolve().parents:
        if (above / OURS / MARKER).is_file():
            raise Conflict(f"{root} lies inside {above}, which is a tree of its own", holder=str(above))
    for below in _folders_below(root, _NESTED_DEPTH):
        if (below / OURS / MARKER).is_file():
            raise Conflict(
                f"{below} is a tree of its own; remove {below / OURS} there if it is no longer used",
                holder=str(below),
            )


def _folders_below(folder: Path, depth: int) -> Iterator[Path]:
    try:
        with os.scandir(folder) as entries:
            inside = [Path(e.path) for e in entries if e.is_dir(follow_symlinks=False) and e.name[0] != "."]
    except OSError:  # not ours to read, or gone
        return
    for path in inside:
        yield path
        if depth > 1:
            yield from _folders_below(path, depth - 1)


class Leadership:
    """One backend's part in who leads a tree.

    `acquire` takes the lock or does not; the holder writes a heartbeat; `lost` is called (from the heartbeat's thread)
    when the lock file was taken away.
    """

    def __init__(self, root: Path, config: SessionConfig, home: Path) -> None:
        self.root = root
        self._config = config
        self._home = home
        self._descriptor: int | None = None
        self._ending = threading.Event()
        self._heart: threading.Thread | None = None
        self.tree_id = self._settle_tree()

    @property
    def journal_dir(self) -> Path:
        """Where journal and peer file of this tree lie on this host."""
        return self._home / "journals" / self.tree_id

    @property
    def leads(self) -> bool:
        """Whether we hold the lock."""
        return self._descriptor is not None

    def available(self) -> bool:
        """Whether root and marker are there and are the tree we began with."""
        try:
            marker = read_marker(self.root)
        except (Conflict, OSError):
            return False
        return marker is not None and marker.tree_id == self.tree_id

    def acquire(self, lost: Callable[[], None]) -> bool:
        """Try to lead.

        Raises:
            Conflict: somebody else leads with other tree-shaping keys; the message names key and both values.
            TreeMissing: the tree is not there.
        """
        if not self.available():
            raise TreeMissing(f"{self.root} is not there, or is not the tree it was")
        descriptor = os.open(
            self.root / OURS / LOCK, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o664
        )
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:  # held
            os.close(descriptor)
            self._refuse_other_keys()
            return False
        if _alive_elsewhere(descriptor):
            os.close(descriptor)
            self._refuse_other_keys()
            return False
        self._descriptor = descriptor
        try:
            for folder in (self.root / OURS, self.journal_dir, self._roots_file.parent):
                clear(folder, _WRITTEN_WHOLE.__contains__)
            Inbox(self.root).clear()
            self._write_marker(Marker(self.tree_id, tree_keys(self._config)))
            self._beat()
        except OSError:  # a full disk: who cannot lead keeps no lock
            self.release()
            raise
        self._ending.clear()
        self._heart = threading.Thread(target=self._keep_beating, args=(lost,), name="mdj-heart", daemon=True)
        self._heart.start()
        return True

    def release(self) -> None:
        """Stop leading; the next one may take over at once."""
        self._ending.set()
        if self._heart is not None and self._heart is not threading.current_thread():
            self._heart.join()
        descriptor, self._descriptor = self._descriptor, None
        if descriptor is not None:
            (self.journal_dir / PEER).unlink(missing_ok=True)
            with contextlib.suppress(OSError):  # the disk may be gone; closing still unlocks
                os.ftruncate(descriptor, 0)
            os.close(descriptor)

    def announce(self, peer: Peer) -> None:
        """Tell followers that share our home where we answer (file mode 0600)."""
        self.journal_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
        write_whole(self.journal_dir / PEER, json.dumps(asdict(peer)), 0o600)

    def peer(self) -> Peer | None:
        """Where the leader answers, if it shares our home."""
        try:
            return Peer(**json.loads((self.journal_dir / PEER).read_text(encoding="utf-8")))
        except (OSError, ValueError, TypeError):  # no leader here, or it is just being replaced
            return None

    def _settle_tree(self) -> str:
        """The tree's id; a folder without marker becomes a tree, or the tree it was before under this home."""
        if not self.root.is_dir():
            raise TreeMissing(f"{self.root} is no folder")
        marker = read_marker(self.root)
        if marker is None:
            refuse_nested(self.root)
            (self.root / OURS).mkdir(exist_ok=True)
            marker = Marker(self._remembered() or str(uuid.uuid4()), tree_keys(self._config))
            self._write_marker(marker, only_new=True)
            marker = read_marker(self.root) or marker
        self._remember(marker.tree_id)
        return marker.tree_id

    def _remembered(self) -> str | None:
        """The id this path had as a tree before its marker was lost.

        Raises:
            TreeMissing: the folder is empty now: its disk is probably not mounted.
        """
        tree_id = _load(self._roots_file).get(str(self.root.resolve()))
        if tree_id is None:
            return None
        if {entry.name for entry in self.root.iterdir()} <= {OURS}:
            (self.root / OURS).rmdir()
            raise TreeMissing(
                f"{self.root} was a tree before and is empty now: is its disk mounted? "
                f"(If it was emptied on purpose, remove {str(self.root)!r} from {self._roots_file}.)"
            )
        return str(tree_id)

    def _remember(self, tree_id: str) -> None:
        held = _load(self._roots_file)
        if held.get(str(self.root.resolve())) != tree_id:
            self._roots_file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            write_whole(
                self._roots_file, json.dumps({**held, str(self.root.resolve()): tree_id}, indent=1), 0o600
            )

    @property
    def _roots_file(self) -> Path:
        return self._home / "journals" / _ROOTS

    def _write_marker(self, marker: Marker, *, only_new: bool = False) -> None:
        path = self.root / OURS / MARKER
        if not only_new and read_marker(self.root) == marker:
            return
        text = json.dumps({"tree_id": marker.tree_id, "keys": marker.keys}, indent=2) + "\n"
        write_whole(path, text, 0o664, only_new=only_new)  # another backend was first: its marker counts

    def _refuse_other_keys(self) -> None:
        marker = read_marker(self.root)
        if marker is None:
            return
        for key, value in tree_keys(self._config).items():
            if marker.keys.get(key, value) != value:
                raise Conflict(
                    f"{key}: this config says {value!r}, but {self.root} is served with {marker.keys[key]!r};"
                    " it must be the same for everybody who serves it",
                    errors=[{"key": key, "value": value, "message": f"must be {marker.keys[key]!r}"}],
                )

    def _beat(self) -> None:
        if self._descriptor is not None:
            text = json.dumps({**_here(), "pid": os.getpid(), "beat": time.time()}).encode()
            os.pwrite(self._descriptor, text.ljust(256), 0)

    def _keep_beating(self, lost: Callable[[], None]) -> None:
        while not self._ending.wait(_HEARTBEAT_SECONDS):
            try:
                ours = os.fstat(self._descriptor) if self._descriptor is not None else None
                there = os.lstat(self.root / OURS / LOCK)
                self._beat()
            except OSError as exc:  # the disk went away; availability says so
                log.warning("no heartbeat for %s: %s", self.root, exc)
                continue
            if ours is not None and ours.st_ino != there.st_ino:
                log.error("the lock of %s was replaced; we lead no longer", self.root)
                lost()
                return


def boot_id() -> str:
    """Which start of this machine this is; empty where the system does not tell."""
    try:
        return Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
    except OSError:  # no Linux
        return ""


def _here() -> dict[str, str]:
    return {"host": socket.gethostname(), "boot": boot_id()}


def _alive_elsewhere(descriptor: int) -> bool:
    """Whether the lock file tells of a leader on another host that beat lately."""
    try:
        held = json.loads(os.pread(descriptor, 4096, 0) or b"{}")
    except ValueError:  # written half by a leader that died
        return False
    here = _here()
    if not held or (held.get("host"), held.get("boot")) == (here["host"], here["boot"]):
        return False
    if held.get("host") == here["host"]:
        return False  # this host, before it was started again
    return bool(time.time() - float(held.get("beat", 0)) < _STALE_SECONDS)


def _load(path: Path) -> dict[str, Any]:
    try:
        held = json.loads(path.read_text(encoding="utf-8"))
    except (FileNotFoundError, ValueError):
        return {}
    return held if isinstance(held, dict) else {}
