"""Notices that an owned server died (killed, or its disk was full) and has it started again."""

import logging
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Final

from mdjourney_contract.problems import MDJourneyError
from mdjourney_store.embedded import processes

_log = logging.getLogger(__name__)

_LOOK: Final = 0.5
_LONGEST_PAUSE: Final = 30.0


class Watch:
    """Looks at the server of `data` twice a second and calls `again` when it is no longer there.

    The server's parent does not reap it before it is told to, so its number names nobody else meanwhile.
    """

    def __init__(self, data: Path, again: Callable[[], None]) -> None:
        self._data = data
        self._again = again
        self._ending = threading.Event()
        self._thread = threading.Thread(target=self._run, name="store-watch", daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def stop(self) -> None:
        """End; a start that is under way is waited for."""
        self._ending.set()
        self._thread.join()

    def _run(self) -> None:
        server, pause = processes.postmaster(self._data), _LOOK
        while not self._ending.wait(pause):
            if server is not None and processes.alive(server):
                continue
            _log.warning("PostgreSQL ended by itself; it is started again")
            pause = _LOOK if self._started_again() else min(pause * 2, _LONGEST_PAUSE)
            server = processes.postmaster(self._data)

    def _started_again(self) -> bool:
        try:
            self._again()
        except (MDJourneyError, OSError) as error:
            _log.warning("PostgreSQL could not be started again, it is tried once more soon: %s", error)
        except Exception:  # noqa: BLE001 - the edge of this thread: whatever happened, it is tried again
            _log.exception("PostgreSQL could not be started again, it is tried once more soon")
        else:
            return True
        return False
