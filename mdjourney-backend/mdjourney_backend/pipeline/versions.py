"""DVC pointers of datasets that changed, and the files of ours that go into history beside documents."""

import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

from mdjourney_backend.changes import Ref, file_owner
from mdjourney_backend.held import Elsewhere, Held, held
from mdjourney_backend.history import PointerFile, PointerKeeper, Recorder
from mdjourney_backend.journal import Journal
from mdjourney_backend.journal.outbox import FILE
from mdjourney_backend.leader import boot_id
from mdjourney_backend.pipeline.standing import Home, Standing
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

    def follow(self, homes: Mapping[str, Home]) -> list[tuple[str, str]]:
        """Pointers of datasets (by identifier) whose files changed; a failure leaves them due, and is answered. They are
        written into the very folder of the dataset; if it moved by then, that is for the next pass."""
        problems: list[tuple[str, str]] = []
        self.waiting = 0
        due = [homes[i] for i in self._journal.files.pointers_due() if i in homes]
        if self._pointers is None:
            return problems
        for home in due:
            try:
                with held(self._root, home.path, home.key) as folder:
                    self._pointers_of(self._pointers, home.dataset_id, folder)
            except Elsewhere:
                self.waiting = 1
            except (MDJourneyError, OSError) as exc:
                problems.append((home.path, f"DVC pointers: {exc}"))
        return problems

    def _pointers_of(self, pointers: PointerKeeper, dataset_id: str, folder: Held) -> None:
        rows = self._journal.files.hashed(dataset_id)
        present = {row[0]: PointerFile._make(row[1:]) for row in rows}
        # what came along with a folder that moved, or was written and could not be told of before a failure, is told
        # again: history knows what it has
        again = dataset_id in self._unsure
        self._unsure.add(dataset_id)
        made = pointers.update(folder, present, again=again)
        actor = file_owner(folder.stat().st_uid)
        with self._journal.batch():
            for name, content in made.items():
                self._record(name, content, actor, f"{folder.path}: DVC pointers")
            self._journal.files.set_pointers_due(dataset_id, False)
        self._unsure.discard(dataset_id)

    def forget_places(self, standing: Standing) -> None:
        """Folders that moved or went took their pointers along: history lets go of those that lie no more where they
        were. Who lies there now tells of all pointers again (`arrived`)."""
        if self._recorder is None or not standing.left:
            return
        # in this order: what is recorded between the two questions is in both answers
        names = self._journal.outbox.files()
        names |= set(self._recorder.recorded())
        left = tuple(f"{path}/" for path in standing.left)
        for name in sorted(n for n in names if n.startswith(left) and "/.metadata/" not in n):
            if not (self._root / name).exists():
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
