"""DVC pointers of datasets that changed, and the files of ours that go into history beside documents."""

import os
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

from mdjourney_backend.changes import Ref, file_owner
from mdjourney_backend.history import PointerFile, PointerKeeper, Recorder
from mdjourney_backend.history.pointer_yaml import is_ours
from mdjourney_backend.journal import Journal
from mdjourney_backend.journal.outbox import FILE
from mdjourney_backend.leader import boot_id
from mdjourney_backend.pipeline.standing import Home, Standing
from mdjourney_backend.tree import Shape
from mdjourney_contract.clock import now
from mdjourney_contract.people import SYSTEM, Identity
from mdjourney_contract.problems import MDJourneyError

#: How often objects of the cache are put on the disk for good.
_FLUSH_SECONDS: Final = 30.0


class Versions:
    """For one leader.

    Args:
        recorder, pointers: None when history or DVC is off.
        prepare: sets both up on disk; answers the files of theirs to commit.
    """

    def __init__(
        self,
        root: Path,
        journal: Journal,
        recorder: Recorder | None,
        pointers: PointerKeeper | None,
        prepare: Callable[[], Mapping[str, bytes | None]],
    ) -> None:
        self._root, self._journal = root, journal
        self._recorder, self._pointers = recorder, pointers
        self._prepare: Callable[[], Mapping[str, bytes | None]] | None = prepare
        self._next_flush = time.monotonic() + _FLUSH_SECONDS
        self._doubt_pointers()
        #: pointers that have to be compared again
        self.waiting = 0
        self._unsure = set(journal.files.pointers_due())

    def _doubt_pointers(self) -> None:
        """The machine was started again since the last look: pointers that were not on the disk yet may be lost, so all
        of them are compared with the index."""
        boot = boot_id()
        if self._journal.noted("boot") != boot:
            for known in self._journal.places.known("dataset"):
                if not known.gone:
                    self._journal.files.set_pointers_due(known.identifier, True)
            self._journal.note("boot", boot)

    def set_up(self) -> None:
        """Set history and DVC up, once.

        Raises:
            MDJourneyError, OSError: that did not work; the next call tries again.
        """
        if self._prepare is not None:
            files = self._prepare()
            new = set(files) if self._recorder is None else set(self._recorder.differs(sorted(files)))
            for path in sorted(new):
                self._record(path, files[path], SYSTEM, "set up history")
            self._prepare = None

    def arrived(self, dataset_id: str) -> None:
        """A dataset lies where it did not lie before: its pointers follow, and what came along is recorded."""
        self._unsure.add(dataset_id)
        self._journal.files.set_pointers_due(dataset_id, True)

    def follow(self, homes: Mapping[str, Home], shape: Callable[[], Shape]) -> list[tuple[str, str]]:
        """Pointers of datasets (by identifier) whose files changed; a failure leaves them due, and is answered.

        They are written by path: when folders moved meanwhile (`shape` tells), those of all datasets are compared again.
        """
        problems: list[tuple[str, str]] = []
        self.waiting = 0
        due = [homes[i] for i in self._journal.files.pointers_due() if i in homes]
        if self._pointers is None or not due:
            return problems
        before = shape()
        for home in due:
            try:
                self._pointers_of(self._pointers, home)
            except (MDJourneyError, OSError) as exc:
                problems.append((home.path, f"DVC pointers: {exc}"))
        if not before.held_still(shape()):
            self.waiting = 1
            for dataset_id in homes:
                self.arrived(dataset_id)
        return problems

    def _pointers_of(self, pointers: PointerKeeper, home: Home) -> None:
        dataset_id, path = home.dataset_id, home.path
        rows = self._journal.files.hashed(dataset_id)
        present = {row[0]: PointerFile._make(row[1:]) for row in rows}
        made = dict(pointers.update(path, present))
        if dataset_id in self._unsure:
            made |= self._unrecorded(path)
            self._unsure.discard(dataset_id)
        actor = file_owner((self._root / path).lstat().st_uid)
        with self._journal.batch():
            for name, content in made.items():
                self._record(name, content, actor, f"{path}: DVC pointers")
            self._journal.files.set_pointers_due(dataset_id, False)

    def _unrecorded(self, path: str) -> dict[str, bytes]:
        """Pointers of ours on disk that history does not have at their path: they came with a folder that moved or was
        copied, or were written by a backend that died before it could say so."""
        if self._recorder is None:
            return {}
        names = [
            f"{inside}/{name}"
            for inside, _, files in os.walk(self._root / path)
            for name in files
            if name.endswith(".dvc")
        ]
        names = [os.path.relpath(name, self._root) for name in names if Path(name).is_file()]
        made = {name: (self._root / name).read_bytes() for name in self._recorder.differs(names)}
        return {name: text for name, text in made.items() if is_ours(text)}

    def forget_places(self, standing: Standing) -> None:
        """Folders that moved or went took their pointers along: history lets go of the old paths."""
        if self._recorder is None or not standing.left:
            return
        gone = [p for p in standing.left if not (self._root / p).exists()]
        for name in self._recorder.recorded() if gone else ():
            inside = any(name.startswith(f"{p}/") for p in gone)
            if inside and "/.metadata/" not in name and not (self._root / name).exists():
                self._record(name, None, SYSTEM, f"{name}: gone with its folder")

    def _record(self, path: str, content: bytes | None, actor: Identity, subject: str) -> None:
        self._journal.outbox.add(Ref(FILE, path), content, "", actor, now(), subject, deleted=content is None)

    def flush(self) -> None:
        """Now and then, make objects of the cache last; from a thread nobody waits for."""
        if self._pointers is not None and time.monotonic() >= self._next_flush:
            self._pointers.flush()
            self._next_flush = time.monotonic() + _FLUSH_SECONDS

    def problem(self) -> str | None:
        """Why old bytes of data are not kept, if they should be."""
        return self._pointers.problem() if self._pointers is not None else None
