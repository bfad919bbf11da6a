"""What spawners whose backends are processes of this host have in common: how one ends, is taken over, has written."""

from abc import ABC, abstractmethod

from mdjourney_gateway.spawn import child as host
from mdjourney_gateway.spawn.protocol import Child, Record

ADOPT_SECONDS = 10.0


class OnThisHost(ABC):
    """Half of a spawner; the other half starts and polls."""

    @abstractmethod
    def ended_within(self, child: Child, seconds: float) -> bool:
        """Wait up to so many seconds for a child's end; whether it came, noted in `exit_status`."""

    def stop(self, child: Child, drain_seconds: float) -> int:
        """See `Spawner.stop`."""
        return host.end(child, lambda seconds: self.ended_within(child, seconds), drain_seconds)

    def adopt(self, record: Record) -> Child | None:
        """The pipe of an earlier gateway cannot be had again: its backend is ended, if it has not yet done so."""
        host.end_foreign(record.pid, record.pid_started, ADOPT_SECONDS)
        return None

    def logs(self, child: Child, lines: int) -> list[str]:
        """See `Spawner.logs`."""
        return host.tail(child.log, lines)
