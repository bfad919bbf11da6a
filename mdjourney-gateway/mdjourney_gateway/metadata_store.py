"""The gateway's hold on the metadata store: brings it up beside everything else, and says how it is.

Drivers, migrations and the embedded server are loaded by the thread that brings the store up: a gateway that starts
does not wait for them.
"""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from mdjourney_contract.problems import MDJourneyError, Unavailable
from mdjourney_gateway.refilling import refill

if TYPE_CHECKING:
    from mdjourney_store.connection import Store
    from mdjourney_store.embedded import EmbeddedPostgres

log = logging.getLogger(__name__)

#: A backend that starts waits this long for the store before it begins without one.
GRACE_SECONDS = 6.0
#: How long one question of the catalogue may take, waiting for a connection included.
QUESTION_SECONDS = 8.0
#: How often trials whose lease lapsed are looked for.
SWEEP_SECONDS = 10.0
_FIRST_PAUSE, _LONGEST_PAUSE = 1.0, 30.0


@dataclass(frozen=True, slots=True)
class Came:
    """A store that answers: the pool of the gateway, and where backends find it."""

    store: Store
    backend_url: str


class MetadataStore:
    """Starts the embedded server or uses the given URL, migrates, runs the connector; tries again until stopped."""

    def __init__(self, home: Path, database_url: str | None, backend_database_url: str | None = None) -> None:
        self._home = home
        self._given = database_url
        self._given_to_backends = backend_database_url
        self._embedded: EmbeddedPostgres | None = None
        self._came: Came | None = None
        self._problem: str | None = "is being started"
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None
        self._known = asyncio.Event()
        self._listener: Callable[[], None] = lambda: None
        self._tried: Callable[[], object] = lambda: None

    def start(self, came: Callable[[], None]) -> None:
        """Begin in a thread; `came` is called in the event loop once the store answers."""
        loop = asyncio.get_running_loop()

        def tell() -> None:
            self._known.set()
            came()

        def hand_over() -> None:
            loop.call_soon_threadsafe(tell)

        self._listener = hand_over
        self._tried = lambda: loop.call_soon_threadsafe(self._known.set)
        self._thread = threading.Thread(target=self._bring_up, name="metadata-store", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Stop the connector and the embedded server; blocks until they are gone."""
        self._stopping.set()
        if self._thread is not None:
            self._thread.join()
        if self._came is not None:
            self._came.store.close()
        if self._embedded is not None:
            self._embedded.stop()

    @property
    def state(self) -> Literal["ok", "away"]:
        """Whether the store came up and answered when it was last asked, which its connector does all the time."""
        return "ok" if self._came is not None and self._came.store.answers else "away"

    def store(self) -> Store:
        """The pool to ask.

        Raises:
            Unavailable: the store has not come up yet.
        """
        if self._came is None:
            raise Unavailable(f"the metadata store {self._problem}", retry_after=3)
        return self._came.store

    async def backend_url(self) -> str | None:
        """Where a backend finds the store; waits a moment for the first try, then says None."""
        if self._came is None and self._thread is not None:
            try:
                async with asyncio.timeout(GRACE_SECONDS):
                    await self._known.wait()
            except TimeoutError:
                return None
        return None if self._came is None else self._came.backend_url

    def _bring_up(self) -> None:
        pause = _FIRST_PAUSE
        while not self._stopping.is_set():
            try:
                came = self._attempt()
            except MDJourneyError as exc:
                self._problem = f"does not come up: {exc.detail}"
                log.warning("metadata store: %s; next try in %g s", exc.detail, pause)
            except Exception:  # whatever the database says: sign-in and saving go on, and it is tried again
                self._problem = "does not come up, see the gateway's log"
                log.exception("metadata store; next try in %g s", pause)
            else:
                self._came, self._problem = came, None
                log.info("metadata store is up")
                self._listener()
                self._work(came.store)
                return
            self._tried()
            self._stopping.wait(pause)
            pause = min(pause * 2, _LONGEST_PAUSE)

    def _attempt(self) -> Came:
        from mdjourney_store.connection import Store
        from mdjourney_store.embedded import EmbeddedPostgres
        from mdjourney_store.migrate import upgrade

        owner_url = backend_url = self._given or ""
        if self._given is None:
            if self._embedded is None:
                self._embedded = EmbeddedPostgres(self._home)
            urls = self._embedded.start()
            owner_url, backend_url = urls.owner_url, urls.backend_url
        upgrade(owner_url)
        return Came(Store(owner_url, seconds=QUESTION_SECONDS), self._given_to_backends or backend_url)

    def _work(self, store: Store) -> None:
        """Turn tags into edges and presume trials dead whose lease lapsed, until the gateway stops."""
        from mdjourney_store.connector import Connector
        from mdjourney_store.sweeper import Sweeper

        sweeper = Sweeper(store, seconds=SWEEP_SECONDS)
        sweeping = threading.Thread(
            target=sweeper.run, args=(self._stopping,), name="lease-sweeper", daemon=True
        )
        sweeping.start()
        if self._embedded is not None and self._embedded.begun_anew:
            filling = threading.Thread(
                target=refill, args=(self._home, self._stopping), name="store-filling", daemon=True
            )
            filling.start()
        Connector(store).run(self._stopping)
        sweeping.join()
