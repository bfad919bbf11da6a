"""The sessions that run, with their backends: begin one, end one, find them by person or config."""

import asyncio
import logging
import socket
from collections.abc import Awaitable, Callable

from mdjourney_contract.launch import Launch
from mdjourney_contract.problems import Conflict, Unavailable
from mdjourney_gateway.accounts import Accounts
from mdjourney_gateway.configs import Config, check_place
from mdjourney_gateway.configs.check import PlaceRefused
from mdjourney_gateway.ports import Ports
from mdjourney_gateway.sessions.ledger import Remembered
from mdjourney_gateway.sessions.news import News
from mdjourney_gateway.sessions.room import Room
from mdjourney_gateway.sessions.session import Patience, Session
from mdjourney_gateway.settings import Settings
from mdjourney_gateway.spawn import Spawner

log = logging.getLogger(__name__)

#: Whose a resident backend is.
NOBODY = ""


class Backends:
    """Everything here runs in the event loop; what blocks goes to threads."""

    def __init__(
        self,
        settings: Settings,
        accounts: Accounts,
        spawner: Spawner,
        database_url: Callable[[], Awaitable[str | None]],
        patience: Patience,
        news: News,
    ) -> None:
        self._settings = settings
        self._accounts = accounts
        self._spawner = spawner
        self._database_url = database_url
        self._patience = patience
        self._news = news
        self._sessions: dict[str, Session] = {}
        #: Each person's sessions, the current one last.
        self._of: dict[str, list[Session]] = {}
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self.room = Room(
            Ports(settings.ports),
            settings.max_sessions,
            lambda: sum(len(mine) for mine in self._of.values()),
            wait_seconds=patience.room,
            most_waiting=patience.most_waiting,
        )
        #: Told of each change of a session, and of each config that lost a person's session.
        self.changed: Callable[[Session], None] = lambda _session: None
        self.left: Callable[[Config], Awaitable[None]] = _nothing
        self.closing = False

    def all(self) -> list[Session]:
        """Every session, resident backends too."""
        return list(self._sessions.values())

    def get(self, session_id: str) -> Session | None:
        """One session."""
        return self._sessions.get(session_id)

    def of(self, user_id: str) -> list[Session]:
        """A person's sessions, the current one last; the list itself, not to be changed."""
        return self._of.get(user_id, [])

    def of_config(self, user_id: str, config_id: str) -> Session | None:
        """A person's session on a config."""
        return next((s for s in self.of(user_id) if s.config.config_id == config_id), None)

    def with_config(self, config_id: str) -> list[Session]:
        """Every session on a config."""
        return [s for s in self._sessions.values() if s.config.config_id == config_id]

    def make_current(self, session: Session) -> None:
        """A person's requests go there from now on."""
        mine = self._of[session.user_id]
        mine.remove(session)
        mine.append(session)

    async def begin(self, user_id: str, config: Config) -> Session:
        """Begin a person's session; waits for room, not for the backend.

        Raises:
            Unavailable: no room; `retry_after` says when to come back.
            Conflict: the folder may not be used any more.
        """
        self._check(config)
        listener = await self.room.for_person()
        return self._of_person(self._new(user_id, config), listener)

    def begin_again(self, remembered: Remembered, config: Config) -> Session:
        """Begin a session of an earlier gateway under its id; it does not wait for room.

        Raises:
            Unavailable, Conflict: as for `begin`.
        """
        self._check(config)
        listener = self.room.at_once()
        return self._of_person(self._new(remembered.user_id, config, remembered), listener)

    def begin_resident(self, config: Config) -> Session:
        """Begin a config's own backend.

        Raises:
            Unavailable, Conflict: as for `begin`.
        """
        self._check(config)
        session = self._new(NOBODY, config)
        session.listen(self.room.for_resident())
        self._run(session)
        return session

    async def finish(self, session: Session) -> None:
        """End a session, forget it, and let a resident backend take over."""
        session.end()
        task = self._tasks.get(session.session_id)
        if task is not None:
            await asyncio.wait([task])
        session.state = "stopped"
        self._sessions.pop(session.session_id, None)
        mine = self._of.get(session.user_id, [])
        if session in mine:
            mine.remove(session)
            if not mine:
                del self._of[session.user_id]
            self.room.freed()
            await self.left(session.config)

    async def close(self) -> None:
        """End every backend; the state keeps the sessions for the next gateway."""
        self.closing = True
        for session in self._sessions.values():
            session.end()
        if self._tasks:
            await asyncio.wait(list(self._tasks.values()))

    def _check(self, config: Config) -> None:
        """The operator's roots may have changed since a config was saved, and so may the folder."""
        if self.closing:
            raise Unavailable("the gateway is stopping", retry_after=5)
        try:
            real = check_place(config.monitor_path, self._settings)
        except PlaceRefused as refused:
            raise Conflict(f"monitor_path: {refused} (value {config.monitor_path!r})") from None
        if str(real) != config.monitor_path:
            raise Conflict(
                f"monitor_path: {config.monitor_path!r} now leads to {str(real)!r}: save the config again"
            )

    def _of_person(self, session: Session, listener: socket.socket) -> Session:
        session.listen(listener)
        self._of.setdefault(session.user_id, []).append(session)
        self._run(session)
        return session

    def _new(self, user_id: str, config: Config, remembered: Remembered | None = None) -> Session:
        return Session(
            user_id,
            config,
            self._accounts.get(config.owner).identity,
            resident=user_id == NOBODY,
            session_id=None if remembered is None else remembered.session_id,
            started_at=None if remembered is None else remembered.started_at,
        )

    def _run(self, session: Session) -> None:
        session.changed = self._changed
        self._sessions[session.session_id] = session
        self._changed(session)
        logs = self._settings.home / "logs"
        task = asyncio.create_task(session.run(self._spawner, self._launch, logs, self._patience))
        self._tasks[session.session_id] = task
        task.add_done_callback(lambda done: self._ended(session, done))

    async def _launch(self, session: Session) -> Launch:
        assert session.target is not None
        database_url = await self._database_url()
        session.has_store = database_url is not None
        return Launch(
            session_id=session.session_id,
            config=session.config.effective(),
            owner=session.owner,
            home=self._settings.home,
            secret=session.target.secret,
            database_url=database_url,
            log_level=self._settings.log_level,
            allowed_roots=self._settings.allowed_roots,
        )

    def _changed(self, session: Session) -> None:
        self._news.tell(session)
        self.changed(session)

    def _ended(self, session: Session, done: asyncio.Task[None]) -> None:
        self._tasks.pop(session.session_id, None)
        if not done.cancelled() and done.exception() is not None:
            log.error("session %s: supervision broke", session.session_id, exc_info=done.exception())
            session.state, session.reason = "failed", "the gateway could not watch over it, see its log"
            session.settled.set()


async def _nothing(_config: Config) -> None:
    return
