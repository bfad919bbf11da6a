"""One observer on the tree. Its events are hints: they name a path to look at, or say that hints were lost."""

import errno
import logging
import os
import threading
import uuid
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final, Literal

from watchdog.events import (
    DirCreatedEvent,
    DirDeletedEvent,
    DirModifiedEvent,
    DirMovedEvent,
    FileClosedEvent,
    FileCreatedEvent,
    FileDeletedEvent,
    FileModifiedEvent,
    FileMovedEvent,
    FileSystemEvent,
    FileSystemEventHandler,
)
from watchdog.observers.api import BaseObserver

log = logging.getLogger(__name__)

Mode = Literal["auto", "inotify", "poll", "off"]

#: File systems that send no events for what other hosts do.
_REMOTE: Final = frozenset(
    {"nfs", "nfs4", "cifs", "smb3", "smbfs", "9p", "fuse.sshfs", "fuse.glusterfs", "lustre", "ceph"}
)
#: What is asked for: not that files are opened and read, which we do ourselves for each of them.
_TELLING: Final = [
    DirCreatedEvent,
    DirDeletedEvent,
    DirModifiedEvent,
    DirMovedEvent,
    FileClosedEvent,
    FileCreatedEvent,
    FileDeletedEvent,
    FileModifiedEvent,
    FileMovedEvent,
]
#: Folders of the root that are not watched: we write there ourselves, and every object would be four events.
_LEFT_ALONE: Final = frozenset({".git", ".dvc"})
_POLL_SECONDS: Final = 2.0
_INOTIFY_LOG: Final = logging.getLogger("watchdog.observers.inotify_c")


class Watcher:
    """Calls `changed(path)` for every path below the tree root something happened to, with a `/` behind it where the
    listing of a folder changed, and `lost()` when events may be missing. Calls come from the observer's thread."""

    def __init__(
        self, root: Path, mode: Mode, changed: Callable[[str], None], lost: Callable[[], None]
    ) -> None:
        self._root = root
        self._mode = mode
        self._changed = changed
        self._alarm = _OverflowAlarm(lost)
        self._observer: BaseObserver | None = None
        self._cookies: dict[str, threading.Event] = {}
        self.problem: str | None = None

    @property
    def watching(self) -> bool:
        """Whether events can be expected at all."""
        return self._observer is not None and self._observer.is_alive()

    def start(self) -> None:
        """Begin. Where inotify is not to be had (limits, other systems) polling takes its place and `problem` says so."""
        if self._mode == "off":
            return
        # two folders made in one go are announced twice; watchdog then replaces a watch by the same one and warns
        warnings.filterwarnings("ignore", message="Callback with id", category=RuntimeWarning)
        _INOTIFY_LOG.addHandler(self._alarm)
        poll = self._mode == "poll" or (self._mode == "auto" and _is_remote(self._root))
        try:
            self._observer = self._begin(poll)
        except OSError as exc:
            log.warning("no file system events for %s (%s): polling instead", self._root, exc)
            self.problem = f"no file system events ({exc}); looking every {_POLL_SECONDS:.0f} s instead"
            self._observer = self._begin(True)

    def stop(self) -> None:
        """End; no call comes after this returns."""
        observer, self._observer = self._observer, None
        _INOTIFY_LOG.removeHandler(self._alarm)
        if observer is not None:
            observer.stop()
            observer.join()

    def echo(self, timeout: float) -> bool:
        """Whether every event before this call has been delivered: a file of our own is made and waited for."""
        if not self.watching:
            return False
        name = f"cookie-{uuid.uuid4().hex}"
        seen = self._cookies[name] = threading.Event()
        cookie = self._root / ".mdjourney" / name
        try:
            cookie.touch()
            return seen.wait(timeout)
        except OSError as exc:
            log.warning("cannot tell whether all events were seen: %s", exc)
            return False
        finally:
            del self._cookies[name]
            cookie.unlink(missing_ok=True)

    def _begin(self, poll: bool) -> BaseObserver:
        observer = _observer(poll)
        if not poll:
            _leave_alone(observer, [os.fsencode(self._root / name) for name in _LEFT_ALONE])
        observer.schedule(
            _Handler(self._root, self._notice), str(self._root), recursive=True, event_filter=_TELLING
        )
        observer.start()
        return observer

    def _notice(self, path: str) -> None:
        if path.startswith(".mdjourney/cookie-"):
            waiting = self._cookies.get(path.removeprefix(".mdjourney/"))
            if waiting is not None:
                waiting.set()
            return
        self._changed(path)


class _Handler(FileSystemEventHandler):
    def __init__(self, root: Path, changed: Callable[[str], None]) -> None:
        self._prefix = f"{root}/"
        self._changed = changed

    def dispatch(self, event: FileSystemEvent) -> None:
        """Every event comes here first."""
        tail = "/" if isinstance(event, DirModifiedEvent) else ""
        for raw in (event.src_path, event.dest_path):
            path = raw.decode("utf-8", "surrogateescape") if isinstance(raw, bytes) else str(raw)
            if path.startswith(self._prefix):
                self._changed(path.removeprefix(self._prefix) + tail)


class _OverflowAlarm(logging.Handler):
    """A line in its log is the only sign watchdog gives of lost events."""

    def __init__(self, lost: Callable[[], None]) -> None:
        super().__init__(logging.WARNING)
        self._lost = lost

    def emit(self, record: logging.LogRecord) -> None:
        """Called for each line of watchdog's inotify logger."""
        if "overflow" in record.getMessage():
            self._lost()


def _observer(poll: bool) -> BaseObserver:
    if poll:
        from watchdog.observers.polling import PollingObserver

        made: Any = PollingObserver(timeout=_POLL_SECONDS)
    else:
        from watchdog.observers import Observer

        made = Observer()
    return made  # type: ignore[no-any-return]  # watchdog types its platform choice loosely


def _leave_alone(observer: BaseObserver, folders: list[bytes]) -> None:
    """Let an inotify observer not descend into some folders. watchdog has no option for it, but takes a folder that
    cannot be watched as gone; without the members used here everything is watched, which is right, only slower."""
    inotify = getattr(observer, "_inotify_fd", None)
    add = getattr(inotify, "add_callback", None)
    if inotify is None or add is None:
        return

    def selective(path: bytes, *rest: Any) -> Any:
        if any(path == folder or path.startswith(folder + b"/") for folder in folders):
            raise OSError(errno.ENOENT, "is left alone", os.fsdecode(path))
        return add(path, *rest)

    inotify.add_callback = selective


def _is_remote(root: Path) -> bool:
    """Whether the tree lies on a file system that other hosts can change without an event here."""
    try:
        mounts = Path("/proc/self/mounts").read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:  # no Linux
        return False
    place, best, kind = f"{root}/", "", ""
    for line in mounts:
        parts = line.split(" ")
        if len(parts) < 3:
            continue
        point = parts[1].replace("\\040", " ")
        if len(point) >= len(best) and place.startswith(point.rstrip("/") + "/"):
            best, kind = point, parts[2]
    return kind in _REMOTE
