"""A session as people see it."""

from dataclasses import dataclass
from typing import Literal

from mdjourney_contract.clock import rfc3339
from mdjourney_gateway.moments import moment

StateName = Literal["requested", "starting", "ready", "stopping", "stopped", "failed"]


@dataclass(frozen=True, slots=True)
class View:
    """What is told of one session at one moment."""

    session_id: str
    user_id: str
    state: StateName
    monitor_path: str
    name: str
    config_id: str
    resident: bool
    reason: str | None
    log_tail: list[str] | None
    started_at: float
    last_used_at: float
    port: int | None
    pid: int | None
    restarts: int
    #: How long its last start took, to the first answer.
    spawn_seconds: float | None

    def answer(self) -> dict[str, object]:
        """The JSON of `/api/session`."""
        return {
            "session_id": self.session_id,
            "state": self.state,
            "monitor_path": self.monitor_path,
            "name": self.name,
            "config_id": self.config_id,
            "reason": self.reason,
            "log_tail": self.log_tail,
            "started_at": rfc3339(moment(self.started_at)),
            "last_used_at": rfc3339(moment(self.last_used_at)),
            "port": self.port,
            "owner": self.user_id,
            "resident": self.resident,
            "restarts": self.restarts,
        }
