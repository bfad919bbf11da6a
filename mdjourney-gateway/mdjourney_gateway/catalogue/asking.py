"""Puts questions to the metadata store: in threads of their own, each with a deadline, none on the event loop."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from functools import partial
from typing import Any

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
        # not anyio's threads: handing work to one of those costs a tenth of a trial's birth
        self._threads = ThreadPoolExecutor(_AT_ONCE, thread_name_prefix="catalogue")

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
        loop = asyncio.get_running_loop()
        try:
            with refused_values():
                async with asyncio.timeout(self._seconds):
                    return await loop.run_in_executor(self._threads, copy_context().run, work)
        except TimeoutError:
            raise OutOfTime("the metadata store did not answer in time") from None
