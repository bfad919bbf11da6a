"""Takes git's index lock as git would, and clears locks that a dead process of ours left, never another's."""

import hashlib
import json
import os
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

from mdjourney_backend.history.words import HistoryBusy, HistoryUnavailable

_BOOT_ID = Path("/proc/sys/kernel/random/boot_id")
_STILL_SECONDS = 1.0
#: What a git that was killed leaves of an object or pack it was writing.
_PARTS = ("objects/pack/tmp_*", "objects/??/tmp_obj_*")


@dataclass(frozen=True, slots=True)
class Holder:
    """Which process took which locks: written before they are taken, removed after they are given back."""

    pid: int
    started: str
    boot: str
    index_lock: str
    index_inode: int
    ref_locks: tuple[str, ...]
    commit: str


class Locks:
    """The locks of one repository as one writer takes them.

    Args:
        record: file that says what is held; on this machine's disk, outside the tree.
        wait_seconds: how long somebody else's lock is waited for.
    """

    def __init__(self, record: Path, wait_seconds: float) -> None:
        self._record = record
        self._wait = wait_seconds
        # one writer per record, so one name: what a killed process left is found again
        self._claim = "mdjourney-index-" + hashlib.sha256(str(record).encode()).hexdigest()[:12]

    @contextmanager
    def index(self, git_dir: Path, ref_locks: tuple[Path, ...], commit: str) -> Iterator[Path]:
        """Hold `index.lock` while the branch moves to `commit`; renaming it over the index gives it back.

        The new index must be in it before the branch moves: after a kill in between, `clear_ours` finishes the move.

        Raises:
            HistoryBusy: somebody else holds it for longer than we wait.
        """
        lock = git_dir / "index.lock"
        claim, place = git_dir / self._claim, _key(git_dir)
        self._clear_private(git_dir)
        descriptor = os.open(claim, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o666)
        inode = os.fstat(descriptor).st_ino
        os.close(descriptor)
        try:
            self._note(lock, inode, ref_locks, commit)
            self._take(claim, lock)
            try:
                yield lock
            finally:
                if _inode(lock) == inode:
                    lock.unlink(missing_ok=True)
        finally:
            # elsewhere the disk is away, and our lock with it: `take_back` goes by the record
            if _key(git_dir) == place:
                claim.unlink(missing_ok=True)
                self._record.unlink(missing_ok=True)

    @contextmanager
    def refs(self, ref_locks: tuple[Path, ...], own: Path) -> Iterator[None]:
        """Note that refs are being moved (git itself takes the locks).

        Args:
            own: the lock of a ref nobody else uses: left by a git of ours that was killed, it is removed at once.
        """
        self._note(Path(), 0, ref_locks, "")
        try:
            yield
        except HistoryUnavailable:
            _remove_abandoned([own], 0)
            raise
        finally:
            self._record.unlink(missing_ok=True)

    def private_index(self, git_dir: Path) -> Path:
        """Where the next index is made ready."""
        return git_dir / f"{self._claim}.next"

    def clear_ours(self, git_dir: Path, tip: str | None) -> list[Path]:
        """Remove what a dead process of ours left; answers which locks were removed.

        Args:
            tip: where our branch stands; an index made for that commit is put in its place.
        """
        holder = self._holder()
        if holder is not None and _alive(holder):
            return []
        self._clear_private(git_dir)
        for report in git_dir.glob("fast_import_crash_*"):
            report.unlink(missing_ok=True)
        return self._clear_locks(git_dir, holder, tip) if holder is not None else []

    def kept(self) -> bool:
        """Whether this process holds locks, or could not give them back because the disk was away."""
        holder = self._holder() if self._record.exists() else None
        return holder is not None and holder.pid == os.getpid()

    def take_back(self, git_dir: Path, tip: str | None) -> None:
        """Remove what this process could not remove because the disk was away; as long as it is, nothing is forgotten.
        `tip` as in `clear_ours`.

        To be called where none is held.
        """
        holder = self._holder()
        if holder is not None and holder.pid == os.getpid() and _key(git_dir) is not None:
            self._clear_private(git_dir)
            self._clear_locks(git_dir, holder, tip)

    def _clear_private(self, git_dir: Path) -> None:
        private = self.private_index(git_dir)
        for leaving in (git_dir / self._claim, private, private.with_name(private.name + ".lock")):
            leaving.unlink(missing_ok=True)

    def _clear_locks(self, git_dir: Path, holder: Holder, tip: str | None) -> list[Path]:
        removed = []
        lock, place = Path(holder.index_lock), _key(git_dir)
        if holder.index_inode and _inode(lock) == holder.index_inode:
            if tip is not None and holder.commit == tip:
                lock.replace(lock.with_name("index"))
            else:
                lock.unlink(missing_ok=True)
            removed.append(lock)
        noted = self._record.stat().st_mtime
        parts = [path for pattern in _PARTS for path in git_dir.glob(pattern)]
        gone = _remove_abandoned([*map(Path, holder.ref_locks), *parts], noted)
        removed += [path for path in gone if path not in parts]
        if place is not None and _key(git_dir) == place:
            self._record.unlink(missing_ok=True)
        return removed

    def _take(self, claim: Path, lock: Path) -> None:
        deadline = time.monotonic() + self._wait
        pause = 0.01
        while True:
            try:
                _place(claim, lock)
            except FileExistsError:
                if time.monotonic() >= deadline:
                    raise HistoryBusy(
                        f"{lock} is held by another git process; history waits for it"
                    ) from None
            else:
                return
            time.sleep(pause)
            pause = min(pause * 2, 0.25)

    def _note(self, lock: Path, inode: int, ref_locks: tuple[Path, ...], commit: str) -> None:
        holder = Holder(
            pid=os.getpid(),
            started=_started(os.getpid()),
            boot=_boot(),
            index_lock=str(lock),
            index_inode=inode,
            ref_locks=tuple(str(path) for path in ref_locks),
            commit=commit,
        )
        part = self._record.with_suffix(".part")
        part.write_text(json.dumps(asdict(holder)))
        part.replace(self._record)

    def _holder(self) -> Holder | None:
        try:
            return Holder(**json.loads(self._record.read_text()))
        except (FileNotFoundError, ValueError, TypeError):
            return None


def _place(claim: Path, lock: Path) -> None:
    """Put the claimed inode at the lock's name, atomically and only if nothing is there."""
    try:
        os.link(claim, lock)
    except FileExistsError:
        raise
    except OSError as exc:
        raise HistoryUnavailable(f"{lock.parent} cannot hold hard links: {exc.strerror}") from exc


def _alive(holder: Holder) -> bool:
    return holder.boot == _boot() and holder.started != "" and _started(holder.pid) == holder.started


def _remove_abandoned(files: Iterable[Path], noted: float) -> list[Path]:
    """Remove what is held for microseconds only, and was made after our note, but stays: our dead process made it.
    Answers what was removed."""
    before = {
        path: key for path in files if (key := _stat_key(path)) is not None and key[1] >= (noted - 1) * 1e9
    }
    deadline = time.monotonic() + _STILL_SECONDS
    while before and time.monotonic() < deadline:
        before = {path: key for path, key in before.items() if _stat_key(path) == key}
        time.sleep(0.05)
    for path in before:
        path.unlink(missing_ok=True)
    return list(before)


def _stat_key(path: Path) -> tuple[int, int] | None:
    try:
        status = path.stat()
    except FileNotFoundError:
        return None
    return status.st_ino, status.st_mtime_ns


def _inode(path: Path) -> int | None:
    key = _key(path)
    return key[1] if key else None


def _key(path: Path) -> tuple[int, int] | None:
    try:
        status = path.stat()
    except OSError:  # gone, or the disk it was on
        return None
    return status.st_dev, status.st_ino


def _boot() -> str:
    return _BOOT_ID.read_text().strip() if _BOOT_ID.exists() else ""


def _started(pid: int) -> str:
    """When a process began, in clock ticks since boot; empty when there is none."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[19]
    except (FileNotFoundError, ProcessLookupError):
        return ""
