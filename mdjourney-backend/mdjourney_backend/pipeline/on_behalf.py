"""On whose behalf a dataset is looked at: the request that marked it, until what it brought is described."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final

from mdjourney_contract import tracing

#: A request is remembered at least this long, since it marks its dataset before the file has its name, too.
_AT_LEAST: Final = 2.0
#: A file that does not settle is nobody's any more after this.
_AT_MOST: Final = 60.0


class OnBehalf:
    """The last request that marked each dataset; what the watcher or the clock marks is nobody's."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._asked: dict[str, tuple[str, float]] = {}

    def note(self, dataset: str) -> None:
        """The request that runs now asks for a look at this dataset."""
        request = tracing.request_id.get()
        if request:
            with self._lock:
                self._asked[dataset] = (request, self._clock())

    @contextmanager
    def looking_at(self, dataset: str) -> Iterator[None]:
        """What is logged, written and committed inside carries the id of the request behind it, if there is one."""
        with self._lock:
            request, at = self._asked.get(dataset, ("", 0.0))
        if not request or self._clock() - at > _AT_MOST:
            yield
            return
        kept = tracing.request_id.set(request)
        try:
            yield
        finally:
            tracing.request_id.reset(kept)

    def in_step(self, dataset: str) -> None:
        """Nothing of the dataset waits."""
        with self._lock:
            _, at = self._asked.get(dataset, ("", 0.0))
            if self._clock() - at > _AT_LEAST:
                self._asked.pop(dataset, None)
