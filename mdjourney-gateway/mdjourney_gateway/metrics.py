"""Counts and times of the gateway, in Prometheus' words."""

from collections.abc import Callable, Iterator, Sequence

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.core import Metric

_METHODS = frozenset(("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"))
_FAST = (0.001, 0.005, 0.02, 0.1, 0.5, 2, 10)


class Metrics:
    """One registry per app, so that several can live in one process."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        self._requests = Counter(
            "mdjourney_requests", "Requests answered.", ["method", "status"], registry=self._registry
        )
        self._seconds = Histogram(
            "mdjourney_request_seconds",
            "Time to the end of an answer.",
            buckets=_FAST,
            registry=self._registry,
        )
        self._proxied = Histogram(
            "mdjourney_proxy_seconds",
            "Time to the head of a backend's answer.",
            ["status"],
            buckets=_FAST,
            registry=self._registry,
        )

        self._spawned = Histogram(
            "mdjourney_spawn_seconds",
            "Time from the start of a backend to its first answer.",
            buckets=(0.05, 0.1, 0.25, 0.5, 1, 2, 5, 15, 60),
            registry=self._registry,
        )
        self._died = Counter(
            "mdjourney_backend_deaths", "Backends that ended unasked.", registry=self._registry
        )
        # Looking a label up costs more than counting: the few that come are kept.
        self._counters: dict[tuple[str, int], Counter] = {}
        self._timers: dict[int, Histogram] = {}

    def request(self, method: str, status: int, seconds: float) -> None:
        """Note an answered request."""
        key = (method, status)
        counter = self._counters.get(key)
        if counter is None:
            known = method if method in _METHODS else "other"
            counter = self._requests.labels(known, f"{status // 100}xx")
            if known == method:
                self._counters[key] = counter
        counter.inc()
        self._seconds.observe(seconds)

    def proxied(self, status: int, seconds: float) -> None:
        """Note a backend's answer."""
        timer = self._timers.get(status // 100)
        if timer is None:
            timer = self._timers[status // 100] = self._proxied.labels(f"{status // 100}xx")
        timer.observe(seconds)

    def spawned(self, seconds: float) -> None:
        """Note a backend that became ready."""
        self._spawned.observe(seconds)

    def died(self) -> None:
        """Note a backend that ended unasked."""
        self._died.inc()

    def gauge(self, name: str, help_text: str, value: Callable[[], float]) -> None:
        """A number that is asked for when it is read."""
        Gauge(name, help_text, registry=self._registry).set_function(value)

    def text(self, more: Sequence[Metric] = ()) -> bytes:
        """The exposition format, with families that were asked for just now."""
        return generate_latest(self._registry) + generate_latest(_Given(more))


class _Given(CollectorRegistry):
    """A registry of families that are there already."""

    def __init__(self, families: Sequence[Metric]) -> None:
        super().__init__()
        self._families = families

    def collect(self) -> Iterator[Metric]:
        yield from self._families
