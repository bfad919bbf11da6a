"""Slows failed sign-ins down, per account and per address; a good sign-in is never made to wait."""

import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable

import anyio

from mdjourney_contract.problems import TooMany

FREE_FAILURES = 3
FIRST_DELAY, LONGEST_DELAY = 0.5, 8.0
FORGET_SECONDS = 15 * 60
MOST_WAITING = 10
_MOST_KEYS = 10_000


class Slowdown:
    """Counts failures in bounded memory; one lives as long as the gateway."""

    def __init__(
        self,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[None]] = anyio.sleep,
    ) -> None:
        self._clock = clock
        self._sleep = sleep
        self._failures: OrderedDict[str, tuple[int, float]] = OrderedDict()
        self._waiting: dict[str, int] = {}

    def admit(self, address: str) -> None:
        """Let an attempt begin.

        Raises:
            TooMany: the address has as many failures waiting for their answer as it may.
        """
        if self._waiting.get(address, 0) >= MOST_WAITING:
            raise TooMany("too many failed sign-ins from here, wait a little", retry_after=int(LONGEST_DELAY))

    async def failed(self, user_id: str, address: str) -> None:
        """Note a failure and hold its answer back, longer with each."""
        count = max(self._count(f"user {user_id}"), self._count(f"address {address}"))
        delay = self.delay(count)
        if not delay:
            return
        self._waiting[address] = self._waiting.get(address, 0) + 1
        try:
            await self._sleep(delay)
        finally:
            self._waiting[address] -= 1
            if not self._waiting[address]:
                del self._waiting[address]

    def succeeded(self, user_id: str) -> None:
        """Forget an account's failures; those of the address stay."""
        self._failures.pop(f"user {user_id}", None)

    @staticmethod
    def delay(count: int) -> float:
        """Seconds the answer to the `count`-th failure waits."""
        if count <= FREE_FAILURES:
            return 0.0
        return float(min(FIRST_DELAY * 2 ** min(count - FREE_FAILURES - 1, 10), LONGEST_DELAY))

    def _count(self, key: str) -> int:
        count, since = self._failures.get(key, (0, 0.0))
        now = self._clock()
        count = 1 if now - since > FORGET_SECONDS else count + 1
        self._failures[key] = (count, now)
        self._failures.move_to_end(key)
        if len(self._failures) > _MOST_KEYS:
            self._failures.popitem(last=False)
        return count
