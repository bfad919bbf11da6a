"""The copy of primary rows beside an embedded server: written at each clean stop and once a day, read after a move."""

import logging
import threading
import time
from pathlib import Path
from typing import Final

import psycopg

from mdjourney_contract.problems import MDJourneyError
from mdjourney_store.connection import Store
from mdjourney_store.dump import dump_over

_log = logging.getLogger(__name__)

#: A copy older than this (seconds) is written again while the server runs.
_DAY: Final = 24 * 3600.0
_LOOK: Final = 600.0
#: A stop waits no longer than this for its copy; what was kept before stays then.
_STOP_SECONDS: Final = 20.0


class Copies:
    """Keeps the copy of one server at `path` (0600) current enough to begin again from.

    Args:
        url: the owner's URL.
    """

    def __init__(self, path: Path, url: str) -> None:
        self._path = path
        self._url = url
        self._ending = threading.Event()
        self._thread = threading.Thread(target=self._run, name="store-copies", daemon=True)

    def start(self) -> None:
        """Begin to look once in a while whether the copy is a day old."""
        self._thread.start()

    def stop(self) -> None:
        """Write a last copy and end."""
        self._ending.set()
        if self._thread.ident is not None:
            self._thread.join()
        self.keep(_STOP_SECONDS)

    def keep(self, seconds: float) -> bool:
        """Write the copy now; False where that was not possible (the log says why) and the former one stays."""
        store = Store(self._url, size=1, seconds=seconds)
        try:
            rows = dump_over(store, self._path, seconds=seconds)
        except (MDJourneyError, OSError, psycopg.Error) as error:
            _log.warning("primary rows were not copied to %s: %s", self._path, error)
            return False
        finally:
            store.close()
        if rows is not None:
            _log.info("%d primary rows copied to %s", rows, self._path)
        return True

    def _run(self) -> None:
        while not self._ending.wait(_LOOK):
            if not self._path.exists() or time.time() - self._path.stat().st_mtime > _DAY:
                self.keep(600)
