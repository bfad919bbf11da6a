"""All sessions of this gateway: whose they are, which one a request means, limits, idle ends, resident backends."""

import asyncio
import contextlib
import json
import logging
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from typing import Any

import anyio.to_thread

from mdjourney_contract.launch import Launch
from mdjourney_contract.people import Identity
from mdjourney_contract.problems import Conflict, MDJourneyError, NotFound, Unavailable
from mdjourney_gateway.accounts import Accounts
from mdjourney_gateway.configs import Config, Configs, check_place
from mdjourney_gateway.configs.check import PlaceRefused
from mdjourney_gateway.ports import Ports
from mdjourney_gateway.proxy.target import Target
from mdjourney_gateway.sessions.ledger import Ledger, Remembered
from mdjourney_gateway.sessions.session import Patience, Session, View, ask_health
from mdjourney_gateway.settings import Settings
from mdjourney_gateway.spawn import Spawner

log = logging.getLogger(__name__)

#: `start` waits this long for the backend, so that most starts answer "ready".
_SOON_SECONDS = 1.5
_IDLE_LOOK_SECONDS = 30.0
_RESIDENT = ""
#: A stream of events with nothing to tell says so, which is also how a client that left is noticed.
_SILENCE_SECONDS = 15.0


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
        self._configs = configs
        self._ledger = ledger
        self._spawner = spawner
        self._database_url = database_url
        self._patience = patience or Patience()
        self._ports = Ports(settings.ports)
        self._sessions: dict[str, Session] = {}
        #: Each person's sessions, the current one last.
        self._of: dict[str, list[Session]] = {}
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._chores: set[asyncio.Task[None]] = set()
        self._listeners: set[asyncio.Queue[View | None]] = set()
        self._notes: asyncio.Queue[tuple[View, str | None]] = asyncio.Queue()
        self._starts: dict[tuple[str, str], tuple[asyncio.Lock, int]] = {}
        #: Told how long each start took, and of each backend that ended unasked.
        self.spawned: Callable[[float], None] = lambda _seconds: None
        self.died: Callable[[], None] = lambda: None
        self._closing = False

    # life of the gateway

    async def open(self) -> None:
        """Bring back the sessions of an earlier gateway and every resident backend; returns before they are up."""
        self._chore(self._write_notes())
        self._chore(self._end_idle())
        self._chore(anyio.to_thread.run_sync(self._spawner.prepare))
        remembered = await anyio.to_thread.run_sync(self._ledger.unended)
        self._chore(self._restore(remembered))

    def closing(self) -> None:
        """The gateway is about to stop: end the streams of events, start nothing more."""
        self._closing = True
        for queue in self._listeners:
            if not queue.full():
                queue.put_nowait(None)

    async def close(self) -> None:
        """End every backend; the state keeps the sessions for the next gateway."""
        self.closing()
        for chore in self._chores:
            chore.cancel()
        for session in self._sessions.values():
            session.end()
        if self._tasks:
            await asyncio.wait(list(self._tasks.values()))
        if self._chores:
            await asyncio.wait(list(self._chores))
        await anyio.to_thread.run_sync(self._spawner.close)

    # what the API asks

    async def start(self, person: Identity, config: Config) -> View:
        """The person's session on a config: the one that runs, or a new one; waits a moment for its backend.

        Raises:
            Unavailable: no room; `retry_after` says when to come back.
            ConfigError: the folder may not be used any more.
        """
        async with self._one_start_of((person.user_id, config.config_id)):
            session = self._of_config(person.user_id, config.config_id)
            if session is not None and session.lives:
                self._make_current(session)
            else:
                if session is not None:
                    await self._finish(session)
                session = await self._begin(person.user_id, config, resident=False)
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
        session = self._sessions.get(session_id)
        if session is None:
            raise NotFound(f"no session {session_id!r}")
        await self._finish(session)
        return session.view()

    def of(self, user_id: str) -> list[View]:
        """A person's sessions, the current one last."""
        return [session.view() for session in self._of.get(user_id, [])]

    def current(self, user_id: str) -> View | None:
        """The session a person's requests go to."""
        mine = self._of.get(user_id, [])
        return mine[-1].view() if mine else None

    def all(self) -> list[View]:
        """Every session, resident backends too, oldest first."""
        return sorted((s.view() for s in self._sessions.values()), key=lambda view: view.started_at)

    def targets(self) -> list[tuple[View, Target]]:
        """Every backend that is up."""
        up = [s for s in self._sessions.values() if s.state == "ready" and s.target is not None]
        return [(s.view(), s.target) for s in up if s.target is not None]

    def spawn_seconds(self) -> list[float]:
        """How long the last start of each backend that is up took."""
        return [s.spawn_seconds for s in self._sessions.values() if s.spawn_seconds is not None]

    def is_running(self, config_id: str) -> bool:
        """Whether any backend serves a config."""
        return any(s.config.config_id == config_id and s.lives for s in self._sessions.values())

    def target(self, user_id: str, session_id: str | None, *, activity: bool) -> Target:
        """Where a person's request goes; see `proxy.app.Destinations`."""
        mine = self._of.get(user_id, ())
        session = next((s for s in reversed(mine) if session_id in (None, s.session_id)), None)
        if session is None:
            raise Conflict("no session: start one first", code="no-session")
        if activity:
            session.last_used = time.monotonic()
        if not session.lives or session.target is None:
            raise Unavailable(f"the session is {session.state}: {session.reason or 'start it again'}")
        return session.target

    async def watch(self, user_id: str | None) -> AsyncIterator[View | None]:
        """Every change of a person's sessions (of all sessions for None) until the gateway closes; None: silence."""
        queue: asyncio.Queue[View | None] = asyncio.Queue(maxsize=1000)
        self._listeners.add(queue)
        try:
            while not self._closing:
                try:
                    async with asyncio.timeout(_SILENCE_SECONDS):
                        view = await queue.get()
                except TimeoutError:
                    yield None
                    continue
                if view is not None and user_id in (None, view.user_id):
                    yield view
        finally:
            self._listeners.discard(queue)

    # what the configs ask

    async def config_saved(self, config: Config) -> None:
        """Bring running backends to a config's new version and its residency in line."""
        for session in self._with_config(config.config_id):
            if not session.resident and not self._may_still_use(session, config):
                await self._finish(session)
            else:
                session.renew(config)
        await self._settle_residency(config)

    async def config_deleted(self, config_id: str) -> None:
        """End every backend of a config."""
        await asyncio.gather(*(self._finish(session) for session in self._with_config(config_id)))

    async def person_left(self, user_id: str) -> None:
        """End the sessions of a person whose account was disabled."""
        await asyncio.gather(*(self._finish(session) for session in list(self._of.get(user_id, ()))))

    def store_came(self) -> None:
        """Start the backends again that had to begin without a metadata store."""
        for session in self._sessions.values():
            if not session.has_store:
                session.renew(session.config)

    # inside

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

    def _of_config(self, user_id: str, config_id: str) -> Session | None:
        mine = self._of.get(user_id, ())
        return next((s for s in mine if s.config.config_id == config_id), None)

    def _with_config(self, config_id: str) -> list[Session]:
        return [s for s in self._sessions.values() if s.config.config_id == config_id]

    def _may_still_use(self, session: Session, config: Config) -> bool:
        try:
            return config.may_use(self._accounts.get(session.user_id).identity)
        except NotFound:
            return False

    def _make_current(self, session: Session) -> None:
        mine = self._of[session.user_id]
        mine.remove(session)
        mine.append(session)

    async def _begin(
        self, user_id: str, config: Config, *, resident: bool, remembered: Remembered | None = None
    ) -> Session:
        if self._closing:
            raise Unavailable("the gateway is stopping", retry_after=5)
        if not resident and sum(len(mine) for mine in self._of.values()) >= self._settings.max_sessions:
            raise Unavailable(f"{self._settings.max_sessions} sessions run, no more fit", retry_after=30)
        self._recheck(config)
        owner = self._accounts.get(config.owner).identity
        session = Session(
            user_id,
            config,
            owner,
            resident=resident,
            session_id=None if remembered is None else remembered.session_id,
            started_at=None if remembered is None else remembered.started_at,
        )
        session.listen(self._ports.bind())
        session.changed = self._changed
        self._sessions[session.session_id] = session
        if not resident:
            self._of.setdefault(user_id, []).append(session)
        self._changed(session)
        logs = self._settings.home / "logs"
        task = asyncio.create_task(session.run(self._spawner, self._launch, logs, self._patience))
        self._tasks[session.session_id] = task
        task.add_done_callback(lambda done: self._ended(session, done))
        return session

    def _recheck(self, config: Config) -> None:
        """The operator's roots may have changed since a config was saved, and so may the folder."""
        try:
            real = check_place(config.monitor_path, self._settings)
        except PlaceRefused as refused:
            raise Conflict(f"monitor_path: {refused} (value {config.monitor_path!r})") from None
        if str(real) != config.monitor_path:
            raise Conflict(
                f"monitor_path: {config.monitor_path!r} now leads to {str(real)!r}: save the config again"
            )

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
        view = session.view()
        if session.state == "ready" and session.spawn_seconds is not None:
            self.spawned(session.spawn_seconds)
        elif (
            view.restarts
            and session.state in ("starting", "failed")
            and session.child is None
            and view.reason
        ):
            self.died()
        if not self._closing:
            self._notes.put_nowait((view, None if session.child is None else session.child.pid_started))
        for queue in self._listeners:
            if not queue.full():
                queue.put_nowait(view)
        if session.state == "ready" and not session.resident:
            self._chore(self._settle_residency(session.config))

    def _ended(self, session: Session, done: asyncio.Task[None]) -> None:
        self._tasks.pop(session.session_id, None)
        if not done.cancelled() and done.exception() is not None:
            log.error("session %s: supervision broke", session.session_id, exc_info=done.exception())
            session.state, session.reason = "failed", "the gateway could not watch over it, see its log"
            session.settled.set()

    async def _finish(self, session: Session) -> None:
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
            await self._settle_residency(session.config)

    async def _settle_residency(self, config: Config) -> None:
        """A config that keeps running has a resident backend whenever no session serves it."""
        if self._closing:
            return
        serving = self._with_config(config.config_id)
        residents = [s for s in serving if s.resident]
        people = [s for s in serving if not s.resident and s.state in ("requested", "starting", "ready")]
        stored = {c.config_id: c for c in await anyio.to_thread.run_sync(self._configs.all)}
        wanted = stored.get(config.config_id)
        if wanted is None or not wanted.keep_running or any(s.state == "ready" for s in people):
            for resident in residents:
                await self._finish(resident)
        elif not residents and not people:
            try:
                await self._begin(_RESIDENT, wanted, resident=True)
            except MDJourneyError as exc:
                log.warning("config %s: no resident backend: %s", config.name, exc.detail)

    async def _restore(self, remembered: list[Remembered]) -> None:
        """End what an earlier gateway left, then start its sessions and the resident backends."""
        left = [each.backend for each in remembered if each.backend is not None]
        await asyncio.gather(*(anyio.to_thread.run_sync(self._spawner.adopt, record) for record in left))
        configs = {c.config_id: c for c in await anyio.to_thread.run_sync(self._configs.all)}
        for each in remembered:
            try:
                config = configs.get(each.config_id)
                if each.resident or config is None:
                    raise NotFound("not to be restored")
                person = self._accounts.get(each.user_id)
                if person.disabled or not config.may_use(person.identity):
                    raise NotFound("not theirs any more")
                await self._begin(each.user_id, config, resident=False, remembered=each)
            except MDJourneyError as exc:
                log.info("session %s is not restored: %s", each.session_id, exc.detail)
                await anyio.to_thread.run_sync(self._ledger.close, each.session_id)
        for config in configs.values():
            await self._settle_residency(config)

    async def _end_idle(self) -> None:
        """End sessions nobody uses, unless their pipeline is busy."""
        while self._settings.idle_minutes:
            await asyncio.sleep(min(_IDLE_LOOK_SECONDS, self._settings.idle_minutes * 60 / 2))
            limit = time.monotonic() - self._settings.idle_minutes * 60
            for session in list(self._sessions.values()):
                if not session.resident and session.state == "ready" and session.last_used < limit:
                    await self._end_if_idle(session)

    async def _end_if_idle(self, session: Session) -> None:
        assert session.target is not None
        try:
            health = json.loads(await ask_health(session.target, 10.0))
        except (MDJourneyError, ValueError):
            return
        if isinstance(health, dict) and health.get("in_step") is True:
            log.info("session %s ends: nobody used it", session.session_id)
            await self._finish(session)

    async def _write_notes(self) -> None:
        while True:
            view, pid_started = await self._notes.get()
            await anyio.to_thread.run_sync(self._ledger.note, view, pid_started)

    def _chore(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._chores.add(task)
        task.add_done_callback(self._chore_done)

    def _chore_done(self, task: asyncio.Task[None]) -> None:
        self._chores.discard(task)
        if not task.cancelled() and task.exception() is not None:
            log.error("a chore of the sessions broke", exc_info=task.exception())
