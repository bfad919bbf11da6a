"""Looks for trials whose lease lapsed, again and again, beside any number of others that do."""

import logging
import threading
from typing import Final

import psycopg

from mdjourney_contract.problems import Unavailable
from mdjourney_store.connection import Store
from mdjourney_store.lifecycle import sweep

_log = logging.getLogger(__name__)

#: Seconds between looks.
_LOOK: Final = 30.0


class Sweeper:
    """Presumes dead what was recorded through the API and gave no sign of life for longer than its lease.

    Runs told by documents are left alone: their tree's leader looks at their leases on disk and writes the verdict into
    the document.
    """

    def __init__(self, store: Store, *, seconds: float = _LOOK) -> None:
        self._store = store
        self._seconds = seconds

    def run(self, ending: threading.Event) -> None:
        """Work until `ending` is set; a store that is away is asked again."""
        while not ending.wait(self._seconds):
            try:
                gone = sweep(self._store)
            except Unavailable as error:
                _log.warning("lapsed trials are not looked for: %s", error.detail)
            except psycopg.Error:
                _log.exception("lapsed trials could not be looked for")
            else:
                if gone:
                    _log.info("presumed dead: %s", ", ".join(gone))
