"""Puts questions to the metadata store: in threads of their own, each with a deadline, none on the event loop."""

from collections.abc import Callable
from functools import partial
from typing import Any

import anyio
import anyio.to_thread
from starlette.responses import Response

from mdjourney_contract.problems import OutOfTime
from mdjourney_gateway.accounts import Caller
from mdjourney_gateway.api.answers import Json
from mdjourney_gateway.metadata_store import QUESTION_SECONDS, MetadataStore
from mdjourney_store.connection import refused_values
from mdjourney_store.viewer import Viewer

_AT_ONCE = 8


class Catalogue:
    """Asks the store in threads of its own, so that a server that stopped answering takes nobody else's."""

    def __init__(self, store: MetadataStore, seconds: float = QUESTION_SECONDS) -> None:
        self._store = store
        self._seconds = seconds
        self._limiter: anyio.CapacityLimiter | None = None

    async def ask(self, caller: Caller, question: Callable[..., Any], *args: Any, **kwargs: Any) -> Response:
        """Answer with what a question gives that takes the store and the caller as viewer first.

        Raises:
            Unavailable: the store is away.
            OutOfTime: it did not answer within the deadline.
        """
        return Json(await self.value(caller, question, *args, **kwargs))

    async def value(self, caller: Caller, question: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        """What the question gives; see `ask`."""
        viewer = Viewer.of(caller.identity)
        return await self.run(partial(question, self._store.store(), viewer, *args, **kwargs))

    async def run(self, work: Callable[[], Any]) -> Any:
        """Do blocking work with the store, within the deadline.

        Raises:
            Unstorable: a value that was asked with can be in no row.
        """
        if self._limiter is None:
            self._limiter = anyio.CapacityLimiter(_AT_ONCE)
        try:
            with refused_values(), anyio.fail_after(self._seconds):
                return await anyio.to_thread.run_sync(work, limiter=self._limiter, abandon_on_cancel=True)
        except TimeoutError:
            raise OutOfTime("the metadata store did not answer in time") from None
