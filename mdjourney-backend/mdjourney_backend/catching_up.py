"""Tells a store what it missed of a tree: what was saved while there was none, or everything when it is another store."""

import logging
import threading
from pathlib import Path
from typing import Final

from mdjourney_backend.sync import rebuild
from mdjourney_backend.tree import Tree
from mdjourney_contract.problems import MDJourneyError
from mdjourney_store.connection import Store
from mdjourney_store.projection import Projection
from mdjourney_store.rows import Origin

_log = logging.getLogger(__name__)
_MARK: Final = "store-behind"
#: Since when the store that was told everything has known this tree.
_NOTE: Final = "store-told"
_PAUSE_SECONDS: Final = 10.0


class CatchingUp:
    """For one leader. Mark and note lie beside the journal, so that they outlive backends.

    A store that was begun anew (restored from a dump, moved to another PostgreSQL major) has not heard of this tree, or
    since another moment than the one in the note: then it is told everything.

    Args:
        state_dir: folder on this machine's disk, outside the tree.
        database_url: None: there is no store now, and it is noted that it will be behind.
    """

    def __init__(self, state_dir: Path, tree: Tree, database_url: str | None, origin: Origin) -> None:
        self._mark, self._note = state_dir / _MARK, state_dir / _NOTE
        self._strange = False
        self._tree = tree
        self._url = database_url
        self._origin = origin
        self._ending = threading.Event()
        self._thread = threading.Thread(target=self._run, name="mdj-catch-up", daemon=True)

    @property
    def behind(self) -> bool:
        """Whether there is a store that was not yet told everything."""
        return self._url is not None and (self._strange or self._mark.exists())

    def start(self) -> None:
        """Note that the store will be behind, or begin to tell it."""
        if self._url is None:
            self._mark.parent.mkdir(parents=True, exist_ok=True)
            self._mark.touch()
        else:
            self._thread.start()

    def stop(self) -> None:
        """End; what is not told is told at the next start."""
        self._ending.set()
        if self._thread.ident is not None:
            self._thread.join()

    def _run(self) -> None:
        while not self._ending.is_set():
            try:
                since = self._known_since()
                self._strange = since is None or since != self._noted()
                if self.behind:
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
        self._note.parent.mkdir(parents=True, exist_ok=True)
        self._note.write_text(self._known_since() or "", encoding="utf-8")
        self._strange = False
        self._mark.unlink(missing_ok=True)
        _log.info("the store was told what it missed: %s", dict(changes.rows))

    def _noted(self) -> str | None:
        return self._note.read_text(encoding="utf-8") if self._note.exists() else None

    def _known_since(self) -> str | None:
        assert self._url is not None
        store = Store(self._url, size=1)
        try:
            return Projection(store, self._origin).known_since()
        finally:
            store.close()
