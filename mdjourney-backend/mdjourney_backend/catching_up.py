"""Tells a store that appears what was saved while a tree had none: a mark on disk, and a rebuild when there is a store."""

import logging
import threading
from pathlib import Path
from typing import Final

from mdjourney_backend.sync import rebuild
from mdjourney_backend.tree import Tree
from mdjourney_contract.problems import MDJourneyError
from mdjourney_store.rows import Origin

_log = logging.getLogger(__name__)
_MARK: Final = "store-behind"
_PAUSE_SECONDS: Final = 10.0


class CatchingUp:
    """For one leader. The mark lies beside the journal, so that it outlives backends.

    Args:
        state_dir: folder on this machine's disk, outside the tree.
        database_url: None: there is no store now, and it is noted that it will be behind.
    """

    def __init__(self, state_dir: Path, tree: Tree, database_url: str | None, origin: Origin) -> None:
        self._mark = state_dir / _MARK
        self._tree = tree
        self._url = database_url
        self._origin = origin
        self._ending = threading.Event()
        self._thread = threading.Thread(target=self._run, name="mdj-catch-up", daemon=True)

    @property
    def behind(self) -> bool:
        """Whether there is a store that was not yet told everything."""
        return self._url is not None and self._mark.exists()

    def start(self) -> None:
        """Note that the store will be behind, or begin to tell it."""
        if self._url is None:
            self._mark.parent.mkdir(parents=True, exist_ok=True)
            self._mark.touch()
        elif self._mark.exists():
            self._thread.start()

    def stop(self) -> None:
        """End; what is not told is told at the next start."""
        self._ending.set()
        if self._thread.ident is not None:
            self._thread.join()

    def _run(self) -> None:
        while not self._ending.is_set():
            try:
                self.tell()
            except (MDJourneyError, OSError) as exc:  # the store is away: asked again
                _log.info("the store was not told yet what it missed: %s", exc)
                self._ending.wait(_PAUSE_SECONDS)
            else:
                return

    def tell(self) -> None:
        """Send everything that files say and the store lacks.

        Raises:
            StoreAway, WrongRevision: it cannot take it now; the mark stays.
        """
        assert self._url is not None
        changes = rebuild(self._tree, self._url, self._origin)
        self._mark.unlink(missing_ok=True)
        _log.info("the store was told what it missed: %s", dict(changes.rows))
