"""What starts and ends sessions without a person asking: resident backends, idle ends, the return after a restart."""

import asyncio
import json
import logging
import time

import anyio.to_thread

from mdjourney_contract.problems import MDJourneyError, NotFound
from mdjourney_gateway.accounts import Accounts
from mdjourney_gateway.configs import Config, Configs
from mdjourney_gateway.sessions.asking import ask_health
from mdjourney_gateway.sessions.backends import Backends
from mdjourney_gateway.sessions.ledger import Ledger, Remembered
from mdjourney_gateway.sessions.session import Session

log = logging.getLogger(__name__)

_IDLE_LOOK_SECONDS = 30.0
#: How soon a change made through another gateway of the same state is followed.
FOLLOW_SECONDS = 15.0


class Keeper:
    """Keeps the backends that run in line with configs, accounts and use."""

    def __init__(self, backends: Backends, accounts: Accounts, configs: Configs) -> None:
        self._backends = backends
        self._accounts = accounts
        self._configs = configs

    async def settle(self, config: Config) -> None:
        """A config that keeps running has a resident backend whenever no session serves it."""
        if self._backends.closing:
            return
        serving = self._backends.with_config(config.config_id)
        residents = [s for s in serving if s.resident]
        people = [s for s in serving if not s.resident and s.lives]
        stored = {c.config_id: c for c in await anyio.to_thread.run_sync(self._configs.all)}
        wanted = stored.get(config.config_id)
        keeps = wanted is not None and wanted.keep_running and self._configs.kept_here(wanted)
        if wanted is None or not keeps or any(s.state == "ready" for s in people):
            for resident in residents:
                await self._backends.finish(resident)
        elif not residents and not people:
            try:
                self._backends.begin_resident(wanted)
            except MDJourneyError as exc:
                log.warning("config %s: no resident backend: %s", config.name, exc.detail)

    async def restore(self, ledger: Ledger, remembered: list[Remembered]) -> None:
        """Begin the sessions of an earlier gateway again: from now on requests to them wait instead of failing.

        What is left of their former backends may still drain: until it is gone the new ones follow it.
        """
        configs = {c.config_id: c for c in await anyio.to_thread.run_sync(self._configs.all)}
        for each in remembered:
            try:
                self._backends.begin_again(each, self._still_theirs(each, configs))
            except MDJourneyError as exc:
                log.info("session %s is not restored: %s", each.session_id, exc.detail)
                await anyio.to_thread.run_sync(ledger.close, each.session_id)

    async def settle_all(self) -> None:
        """Bring the residency of every config in line."""
        for config in await anyio.to_thread.run_sync(self._configs.all):
            await self.settle(config)

    async def follow_others(self) -> None:
        """Where other gateways change configs and accounts too: end what nobody may use any more, settle the rest."""
        while self._configs.shared:
            await asyncio.sleep(FOLLOW_SECONDS)
            try:
                await self._end_what_is_not_theirs()
                await self.settle_all()
            except MDJourneyError as exc:
                log.warning("what other gateways changed is not known: %s", exc.detail)

    async def _end_what_is_not_theirs(self) -> None:
        configs = {c.config_id: c for c in await anyio.to_thread.run_sync(self._configs.all)}
        for session in self._backends.all():
            config = configs.get(session.config.config_id)
            if session.resident:
                if config is None:
                    await self._backends.finish(session)
                continue
            try:
                await anyio.to_thread.run_sync(self._check_theirs, session.user_id, config)
            except NotFound:
                await self._backends.finish(session)

    def _check_theirs(self, user_id: str, config: Config | None) -> Config:
        if config is None:
            raise NotFound("no such config any more")
        person = self._accounts.get(user_id)
        if person.disabled or not config.may_use(person.identity):
            raise NotFound("not theirs any more")
        return config

    def _still_theirs(self, each: Remembered, configs: dict[str, Config]) -> Config:
        if each.resident:
            raise NotFound("not to be restored")
        return self._check_theirs(each.user_id, configs.get(each.config_id))

    async def end_idle(self, minutes: float) -> None:
        """End sessions nobody used for so long, unless their pipeline is busy; 0: never."""
        while minutes:
            await asyncio.sleep(min(_IDLE_LOOK_SECONDS, minutes * 60 / 2))
            limit = time.monotonic() - minutes * 60
            for session in self._backends.all():
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
            await self._backends.finish(session)
