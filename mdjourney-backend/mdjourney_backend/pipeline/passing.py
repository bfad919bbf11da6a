"""One pass over the tree, in this order: intents, folders, documents, files, pointers. What fails holds up no other."""

import logging
import time
from collections.abc import Callable, Collection, Iterable, Mapping
from pathlib import Path

from mdjourney_backend.counting import Counters
from mdjourney_backend.documents import Documents
from mdjourney_backend.history import PointerKeeper, Recorder
from mdjourney_backend.history.interface import Headed
from mdjourney_backend.journal import Journal
from mdjourney_backend.layout import Layout
from mdjourney_backend.pipeline.asking import Asking
from mdjourney_backend.pipeline.folders import Folders
from mdjourney_backend.pipeline.ingest import Ingest
from mdjourney_backend.pipeline.marks import Marks
from mdjourney_backend.pipeline.meter import Meter
from mdjourney_backend.pipeline.on_behalf import OnBehalf
from mdjourney_backend.pipeline.outside import Outside
from mdjourney_backend.pipeline.reading import Extracting, Reader
from mdjourney_backend.pipeline.recording import HEAD
from mdjourney_backend.pipeline.scanning import Vanished
from mdjourney_backend.pipeline.settling import Settling
from mdjourney_backend.pipeline.standing import Home, Homes
from mdjourney_backend.pipeline.unfinished import Left, Problem, Unfinished
from mdjourney_backend.pipeline.versions import Versions
from mdjourney_backend.tree import Tree
from mdjourney_contract.problems import MDJourneyError
from mdjourney_contract.session_config import SessionConfig

log = logging.getLogger(__name__)


class Passing:
    """For one leader; `look` by one thread at a time.

    Args:
        standing: whether the tree is there and this backend leads it.
        recorder, pointers: None when history or DVC is off.
        prepare: sets both up on disk; answers the files of theirs to commit.
        again: called when somebody asks for a look at everything.
    """

    def __init__(
        self,
        root: Path,
        config: SessionConfig,
        layout: Layout,
        tree: Tree,
        documents: Documents,
        journal: Journal,
        *,
        asking: Asking,
        on_behalf: OnBehalf,
        standing: Callable[[], bool],
        recorder: Recorder | None,
        pointers: PointerKeeper | None,
        extracting: Extracting | None,
        prepare: Callable[[], Mapping[str, bytes | None]],
        meter: Meter,
        counters: Counters,
        growing_after: float,
        again: Callable[[], None],
    ) -> None:
        self._journal, self._recorder = journal, recorder
        self._asking, self._on_behalf, self._again = asking, on_behalf, again
        self.unfinished = Unfinished()
        self.versions = Versions(root, journal, recorder, pointers, prepare)
        latest = recorder.latest if recorder is not None else _nothing
        differs = recorder.differs if recorder is not None else _none_of
        tee = pointers.tee if pointers is not None else None
        self._reader = Reader(root, extracting, tee, time.time_ns, counters)
        self._folders = Folders(root, tree, documents, journal, latest, config.settle_seconds, counters)
        self._outside = Outside(root, tree, documents, journal, latest, differs, self._history_as_left)
        self._homes = Homes()
        self._ingest = Ingest(
            root,
            layout,
            documents,
            journal,
            self._reader,
            Settling(config.settle_seconds, growing_after=growing_after),
            meter,
            counters,
            self._homes.of,
            standing,
        )
        self._moves_finished = False

    def close(self) -> None:
        """No pass comes any more."""
        self._reader.close()

    def look(self, marks: Marks) -> None:
        """One pass: folders and documents always, files of the datasets that were marked or wait.

        Raises:
            MDJourneyError, OSError: the pass could not be finished; what was done stays.
        """
        self.versions.set_up()
        if self._asking.take():
            self._again()
        standing = self._folders.reconcile()
        for dataset_id in standing.arrived:
            self.versions.arrived(dataset_id)
        self._homes.take(standing)
        problems = [*standing.problems, *self._outside.reconcile(standing)]
        self.versions.forget_places(standing)
        self._folders.told(but=self._outside.untold)
        if not self._moves_finished:
            self._ingest.finish_moves()
            self._moves_finished = True
        for home in standing.datasets:
            # what was marked, and what waits, was told of the path a folder had then
            whole = marks.everything or home.dataset_id in standing.arrived
            problems += self._files_if_asked(home, whole, marks)
        problems += self.versions.follow(self._homes.all())
        waiting = standing.waiting + self._outside.waiting + self.versions.waiting
        self.unfinished.ended({d.dataset_id for d in standing.datasets}, waiting, problems)

    def _files_if_asked(self, home: Home, whole: bool, marks: Marks) -> list[Problem]:
        """Look at a dataset where something asks for it: all of it, or near what was marked and what waits."""
        left = self.unfinished.of(home.dataset_id)
        if whole or left is None:
            return self._files(home, None)
        if left.waiting or home.path in marks.datasets:
            return self._files(home, marks.near(home.path, left.paths))
        return []

    def _files(self, home: Home, near: Collection[str] | None) -> list[Problem]:
        """A dataset that cannot be read or written holds up no other."""
        problems: list[Problem] = []
        try:
            with self._on_behalf.looking_at(home.path):
                left = self._ingest.bring_in_step(home, near)
            if not left.waiting:
                self._on_behalf.in_step(home.path)
        except (Vanished, FileNotFoundError) as exc:
            left = Left(1, problems=((home.path, str(exc)),))
        except (MDJourneyError, OSError) as exc:
            log.warning("%s: %s", home.path, exc)
            problems.append((home.path, str(exc)))
            left = Left(1)
        self.unfinished.leave(home.dataset_id, left)
        return problems

    def _history_as_left(self) -> bool:
        """Whether nothing waits for history and its newest commit is the last one we made."""
        if self._recorder is None:
            return True
        if not isinstance(self._recorder, Headed):
            return False
        left = self._journal.noted(HEAD)
        return left is not None and not self._journal.waiting("history") and left == self._recorder.head()


def _none_of(_paths: Iterable[str]) -> list[str]:
    return []


def _nothing(_path: str) -> bytes | None:
    return None
