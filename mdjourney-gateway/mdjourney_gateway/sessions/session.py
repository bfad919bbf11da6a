"""One session under supervision: start its backend, wait until it answers, restart it when it dies, end it."""

import asyncio
import logging
import secrets
import signal
import socket
import time
import uuid
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path

import anyio.to_thread

from mdjourney_contract.launch import Launch
from mdjourney_contract.people import Identity
from mdjourney_contract.problems import MDJourneyError
from mdjourney_gateway.configs import Config
from mdjourney_gateway.proxy.target import Target
from mdjourney_gateway.sessions.asking import ask_health
from mdjourney_gateway.sessions.deaths import death
from mdjourney_gateway.sessions.restarts import Life, Restarts
from mdjourney_gateway.sessions.view import StateName, View
from mdjourney_gateway.spawn import Child, Order, Spawner, SpawnFailed

log = logging.getLogger(__name__)

TAIL_LINES = 20


@dataclass(frozen=True, slots=True)
class Patience:
    """How long things may take, in seconds."""

    ready: float = 60.0
    drain: float = 8.0
    #: The pause before a crashed backend is started again, doubled with each crash of the last minute, and its most.
    first_pause: float = 0.1
    longest_pause: float = 8.0
    #: A backend that does not become ready this many times in a row has failed.
    tries: int = 4
    #: A backend that answered this long starts with a clean slate.
    healthy: float = 60.0
    #: A resident backend never gives up: it waits this long and begins again.
    resident_pause: float = 300.0
    #: A start that finds no room waits in line so long, unless so many do already.
    room: float = 10.0
    most_waiting: int = 64

    def restarts(self) -> Restarts:
        """A new record of crashes that goes by these times."""
        return Restarts(
            first_pause=self.first_pause,
            longest_pause=self.longest_pause,
            tries=self.tries,
            healthy=self.healthy,
            clock=time.monotonic,
        )


class Session:
    """One person x one config, or a config's resident backend; all methods belong to the event loop."""

    def __init__(
        self,
        user_id: str,
        config: Config,
        owner: Identity,
        *,
        resident: bool,
        session_id: str | None = None,
        started_at: float | None = None,
    ) -> None:
        self.session_id = session_id or str(uuid.uuid4())
        self.user_id = user_id
        self.config = config
        self.owner = owner
        self.resident = resident
        self.started_at = started_at or time.time()
        self.last_used = time.monotonic()
        self.state: StateName = "requested"
        self.reason: str | None = None
        self.log_tail: list[str] | None = None
        self.restarts = 0
        #: False while its backend was launched without a metadata store.
        self.has_store = True
        self.spawn_seconds: float | None = None
        self.target: Target | None = None
        self.child: Child | None = None
        self.settled = asyncio.Event()
        self.changed: Callable[[Session], None] = lambda _session: None
        self._ending = asyncio.Event()
        self._renewing = asyncio.Event()
        self._listener: socket.socket | None = None

    @property
    def lives(self) -> bool:
        """Whether requests may be sent to it: they wait until its backend answers."""
        return self.state in ("requested", "starting", "ready")

    @property
    def has_just_died(self) -> bool:
        """Whether its backend ended unasked and the next is not begun."""
        ended = self.state in ("starting", "failed") and self.child is None
        return ended and self.restarts > 0 and self.reason is not None

    def view(self) -> View:
        """What people see now."""
        return View(
            self.session_id,
            self.user_id,
            self.state,
            self.config.monitor_path,
            self.config.name,
            self.config.config_id,
            self.resident,
            self.reason,
            self.log_tail,
            self.started_at,
            time.time() - (time.monotonic() - self.last_used),
            None if self.target is None else self.target.port,
            None if self.child is None else self.child.pid,
            self.restarts,
            self.spawn_seconds,
        )

    def end(self) -> None:
        """Ask it to drain and stop; `run` returns when it has."""
        self._ending.set()

    def renew(self, config: Config) -> None:
        """Start its backend again with a changed config, on the same socket."""
        self.config = config
        self._renewing.set()

    def listen(self, listener: socket.socket) -> None:
        """Take the socket its backends will listen on."""
        self._listener = listener
        self.target = Target(listener.getsockname()[1], secrets.token_urlsafe(32))

    async def run(
        self,
        spawner: Spawner,
        launch: Callable[["Session"], Awaitable[Launch]],
        logs: Path,
        patience: Patience,
    ) -> None:
        """Supervise until `end` is called or the backend has failed for good."""
        restarts = patience.restarts()
        try:
            while not self._ending.is_set():
                life = await self._one_life(spawner, launch, logs / f"{self.session_id}.log", patience)
                if life is None:
                    continue
                self.restarts += 1
                log.warning("session %s: %s", self.session_id, life.why)
                pause = restarts.pause_after(life)
                self._enter("failed" if pause is None else "starting", life.why)
                if pause is None:
                    if not self.resident:
                        return
                    restarts.forget()
                    pause = patience.resident_pause
                await self._pause(pause)
        finally:
            if self.target is not None:
                self.target.close()
            if self._listener is not None:
                self._listener.close()
            if self._ending.is_set():
                self._enter("stopped", None)

    async def _one_life(
        self,
        spawner: Spawner,
        launch: Callable[["Session"], Awaitable[Launch]],
        log_file: Path,
        patience: Patience,
    ) -> Life | None:
        """One backend from birth to death, or None if it was to end."""
        self._renewing.clear()
        assert self._listener is not None
        if self.state != "starting":
            self._enter("starting", None)
        began, answered = time.monotonic(), None
        try:
            order = Order(await launch(self), self._listener, log_file)
            self.child = await anyio.to_thread.run_sync(spawner.start, order)
        except SpawnFailed as exc:
            return Life(exc.detail, None)
        child = self.child
        dying = asyncio.create_task(death(spawner, child))
        asked = [asyncio.create_task(self._ending.wait()), asyncio.create_task(self._renewing.wait())]
        answering = asyncio.create_task(self._answers(patience.ready))
        try:
            await asyncio.wait([dying, answering, *asked], return_when=asyncio.FIRST_COMPLETED)
            late = answering.done() and not answering.result()
            if answering.done() and answering.result() and not dying.done():
                answered = time.monotonic()
                self.spawn_seconds = answered - began
                self._enter("ready", None)
                await asyncio.wait([dying, *asked], return_when=asyncio.FIRST_COMPLETED)
            if dying.done() and not self._ending.is_set():
                self.log_tail = spawner.logs(child, TAIL_LINES)
                lived = None if answered is None else time.monotonic() - answered
                return Life(_last_words(dying.result()), lived)
            if self._ending.is_set():
                self._enter("stopping", None)
            await anyio.to_thread.run_sync(spawner.stop, child, patience.drain)
            self.log_tail = spawner.logs(child, TAIL_LINES) if late else None
            return Life(f"the backend did not answer within {patience.ready:g} s", None) if late else None
        finally:
            for task in (dying, answering, *asked):
                task.cancel()
            await asyncio.wait([dying, answering, *asked])
            self.child = None

    async def _answers(self, seconds: float) -> bool:
        """Whether the backend answers its health within the time; the question waits in the socket's backlog."""
        assert self.target is not None
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0:
            try:
                await ask_health(self.target, left)
            except MDJourneyError:
                await asyncio.sleep(min(0.05, left))
            else:
                return True
        return False

    async def _pause(self, seconds: float) -> None:
        try:
            async with asyncio.timeout(seconds):
                await self._ending.wait()
        except TimeoutError:
            return

    def _enter(self, state: StateName, reason: str | None) -> None:
        self.state = state
        self.reason = reason
        if self.target is not None:
            self.target.up = state == "ready"
            self.target.why = reason or ""
        if state == "ready":
            self.log_tail = None
        if state in ("ready", "failed", "stopped"):
            self.settled.set()
        self.changed(self)


def _last_words(status: int) -> str:
    if status < 0:
        try:
            return f"the backend was ended by {signal.Signals(-status).name}"
        except ValueError:
            return f"the backend was ended by signal {-status}"
    return f"the backend ended with status {status}"
