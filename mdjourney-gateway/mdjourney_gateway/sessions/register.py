"""All sessions of this gateway as the API, the proxy and the configs see them: whose they are, which one is meant."""

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Awaitable, Callable

import anyio.to_thread

from mdjourney_contract.people import Identity
from mdjourney_contract.problems import Conflict, NotFound, Unavailable
from mdjourney_gateway.accounts import Accounts
from mdjourney_gateway.configs import Config, Configs
from mdjourney_gateway.proxy.target import Target
from mdjourney_gateway.sessions.backends import Backends
from mdjourney_gateway.sessions.chores import Chores
from mdjourney_gateway.sessions.keeping import Keeper
from mdjourney_gateway.sessions.ledger import Ledger
from mdjourney_gateway.sessions.news import News
from mdjourney_gateway.sessions.session import Patience, Session
from mdjourney_gateway.sessions.view import View
from mdjourney_gateway.settings import Settings
from mdjourney_gateway.spawn import Record, Spawner

#: `start` waits this long for the backend, so that most starts answer "ready".
_SOON_SECONDS = 1.5


class Sessions:
    """Everything here runs in the event loop; what blocks goes to threads."""

    def __init__(
        self,
        settings: Settings,
        accounts: Accounts,
        configs: Configs,
        ledger: Ledger,
        spawner: Spawner,
        database_url: Callable[[], Awaitable[str | None]],
        patience: Patience | None = None,
    ) -> None:
        self._settings = settings
        self._accounts = accounts
        self._ledger = ledger
        self._spawner = spawner
        self._news = News(ledger)
        self._chores = Chores()
        self._backends = Backends(
            settings, accounts, spawner, database_url, patience or Patience(), self._news
        )
        self._keeper = Keeper(self._backends, accounts, configs)
        self._backends.changed = self._changed
        self._backends.left = self._keeper.settle
        self._starts: dict[tuple[str, str], tuple[asyncio.Lock, int]] = {}
        #: Told how long each start took, and of each backend that ended unasked.
        self.spawned: Callable[[float], None] = lambda _seconds: None
        self.died: Callable[[], None] = lambda: None

    # life of the gateway

    async def open(self) -> None:
        """Bring back the sessions of an earlier gateway and every resident backend; returns before they are up."""
        self._chores.begin(self._news.write())
        self._chores.begin(self._keeper.follow_others())
        self._chores.begin(self._keeper.end_idle(self._settings.idle_minutes))
        self._chores.begin(anyio.to_thread.run_sync(self._spawner.prepare))
        remembered = await anyio.to_thread.run_sync(self._ledger.unended)
        await self._keeper.restore(self._ledger, remembered)
        for each in remembered:
            if each.backend is not None:
                self._chores.begin(self._end_left_over(each.backend))
        self._chores.begin(self._keeper.settle_all())

    def closing(self) -> None:
        """The gateway is about to stop: end the streams of events, start nothing more."""
        self._backends.closing = True
        self._news.closing()

    async def close(self) -> None:
        """End every backend; the state keeps the sessions for the next gateway."""
        self.closing()
        self._chores.cancel()
        await self._backends.close()
        await self._chores.ended()
        await anyio.to_thread.run_sync(self._spawner.close)

    # what the API asks

    async def start(self, person: Identity, config: Config) -> View:
        """The person's session on a config: the one that runs, or a new one; waits a moment for its backend.

        Raises:
            Unavailable: no room; `retry_after` says when to come back.
            Conflict: the folder may not be used any more.
        """
        async with self._one_start_of((person.user_id, config.config_id)):
            session = self._backends.of_config(person.user_id, config.config_id)
            if session is not None and session.lives:
                self._backends.make_current(session)
            else:
                if session is not None:
                    await self._backends.finish(session)
                session = await self._backends.begin(person.user_id, config)
        try:
            async with asyncio.timeout(_SOON_SECONDS):
                await session.settled.wait()
        except TimeoutError:
            pass
        return session.view()

    async def stop(self, session_id: str) -> View:
        """End a session and wait until it has drained; capture goes on in a resident backend if it is to.

        Raises:
            NotFound: there is none.
        """
        session = self._get(session_id)
        await self._backends.finish(session)
        return session.view()

    async def log(self, session_id: str, lines: int) -> tuple[View, list[str]]:
        """A session and the last lines its backend wrote, oldest first.

        Raises:
            NotFound: there is no such session.
        """
        session = self._get(session_id)
        if session.child is None:
            return session.view(), list(session.log_tail or ())
        return session.view(), await anyio.to_thread.run_sync(self._spawner.logs, session.child, lines)

    def of(self, user_id: str) -> list[View]:
        """A person's sessions, the current one last."""
        return [session.view() for session in self._backends.of(user_id)]

    def current(self, user_id: str) -> View | None:
        """The session a person's requests go to."""
        mine = self._backends.of(user_id)
        return mine[-1].view() if mine else None

    def all(self) -> list[View]:
        """Every session, resident backends too, oldest first."""
        return sorted((s.view() for s in self._backends.all()), key=lambda view: view.started_at)

    @property
    def waiting(self) -> int:
        """How many starts wait for room."""
        return self._backends.room.waiting

    def targets(self) -> list[tuple[View, Target]]:
        """Every backend that is up."""
        up = [(s, s.target) for s in self._backends.all() if s.state == "ready"]
        return [(session.view(), target) for session, target in up if target is not None]

    def is_running(self, config_id: str) -> bool:
        """Whether any backend serves a config."""
        return any(s.lives for s in self._backends.with_config(config_id))

    def target(self, user_id: str, session_id: str | None, *, activity: bool) -> Target:
        """Where a person's request goes; see `proxy.app.Destinations`."""
        mine = self._backends.of(user_id)
        session = next((s for s in reversed(mine) if session_id in (None, s.session_id)), None)
        if session is None:
            raise Conflict("no session: start one first", code="no-session")
        if activity:
            session.last_used = time.monotonic()
        if not session.lives or session.target is None:
            raise Unavailable(f"the session is {session.state}: {session.reason or 'start it again'}")
        return session.target

    def watch(self, user_id: str | None) -> AsyncIterator[View | None]:
        """Every change of a person's sessions (of all sessions for None) until the gateway closes; None: silence."""
        return self._news.watch(user_id)

    # what the configs ask

    async def config_saved(self, config: Config) -> None:
        """Bring running backends to a config's new version and its residency in line."""
        for session in self._backends.with_config(config.config_id):
            if not session.resident and not self._may_still_use(session, config):
                await self._backends.finish(session)
            else:
                session.renew(config)
        await self._keeper.settle(config)

    async def config_deleted(self, config_id: str) -> None:
        """End every backend of a config."""
        ending = self._backends.with_config(config_id)
        await asyncio.gather(*(self._backends.finish(session) for session in ending))

    async def person_left(self, user_id: str) -> None:
        """End the sessions of a person whose account was disabled."""
        ending = list(self._backends.of(user_id))
        await asyncio.gather(*(self._backends.finish(session) for session in ending))

    def store_came(self) -> None:
        """Start the backends again that had to begin without a metadata store."""
        for session in self._backends.all():
            if not session.has_store:
                session.renew(session.config)

    # inside

    async def _end_left_over(self, backend: Record) -> None:
        await anyio.to_thread.run_sync(self._spawner.adopt, backend)

    def _get(self, session_id: str) -> Session:
        session = self._backends.get(session_id)
        if session is None:
            raise NotFound(f"no session {session_id!r}")
        return session

    @contextlib.asynccontextmanager
    async def _one_start_of(self, key: tuple[str, str]) -> AsyncIterator[None]:
        """One start at a time of a person's session on a config: a second joins what the first began."""
        lock, waiting = self._starts.get(key, (asyncio.Lock(), 0))
        self._starts[key] = (lock, waiting + 1)
        try:
            async with lock:
                yield
        finally:
            lock, waiting = self._starts.pop(key)
            if waiting > 1:
                self._starts[key] = (lock, waiting - 1)

    def _may_still_use(self, session: Session, config: Config) -> bool:
        try:
            return config.may_use(self._accounts.get(session.user_id).identity)
        except NotFound:
            return False

    def _changed(self, session: Session) -> None:
        if session.state == "ready":
            if session.spawn_seconds is not None:
                self.spawned(session.spawn_seconds)
            if not session.resident:
                self._chores.begin(self._keeper.settle(session.config))
        elif session.has_just_died:
            self.died()
