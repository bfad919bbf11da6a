"""Decides whether and when a backend that died is started again."""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

#: Crashes older than this are history.
WINDOW_SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class Life:
    """One backend from birth to death: why it died, and how long it answered (None: it never did)."""

    why: str
    answered_seconds: float | None


class Restarts:
    """One session's record of crashes.

    A backend that had answered comes back again and again, after a pause that doubles with each crash of the last
    minute. One that does not even begin to answer, several times in a row, is in a crash loop: it is given up.
    """

    def __init__(
        self,
        *,
        first_pause: float,
        longest_pause: float,
        tries: int,
        healthy: float,
        clock: Callable[[], float],
    ) -> None:
        self._first_pause = first_pause
        self._longest_pause = longest_pause
        self._tries = tries
        self._healthy = healthy
        self._clock = clock
        self._crashes: deque[float] = deque(maxlen=64)
        self._unanswered = 0

    def pause_after(self, life: Life) -> float | None:
        """Seconds until the next start, or None: it has failed for good."""
        now = self._clock()
        self._unanswered = self._unanswered + 1 if life.answered_seconds is None else 0
        if self._unanswered >= self._tries:
            return None
        if life.answered_seconds is not None and life.answered_seconds >= self._healthy:
            self._crashes.clear()
        while self._crashes and now - self._crashes[0] > WINDOW_SECONDS:
            self._crashes.popleft()
        self._crashes.append(now)
        return float(min(self._first_pause * 2 ** (len(self._crashes) - 1), self._longest_pause))

    def forget(self) -> None:
        """Begin with a clean slate."""
        self._crashes.clear()
        self._unanswered = 0
