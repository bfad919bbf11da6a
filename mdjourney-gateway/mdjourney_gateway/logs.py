"""The gateway's log: one JSON object per line on standard error, control characters escaped, secrets removed."""

import asyncio
import logging
import re
import sys
from typing import Any

import orjson

from mdjourney_contract import tracing
from mdjourney_contract.clock import now, rfc3339
from mdjourney_gateway.moments import moment

_SECRETS = re.compile(r"mdj_[\w-]{20,}|(?<=://)[^/@\s:]+:[^/@\s]+(?=@)|(?<=token=)[\w-]{20,}")
_STANDARD = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}


def configure_logs(level: str) -> None:
    """Send every log of this process to standard error, as JSON lines."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines())
    logging.basicConfig(level=level.upper(), handlers=[handler], force=True)
    for noisy in ("httpx", "httpcore", "alembic", "sqlalchemy.engine"):
        logging.getLogger(noisy).setLevel(logging.WARNING)


class JsonLines(logging.Formatter):
    """`at`, `level`, `logger`, `message`, the request's id where one stands behind it, then whatever `extra` holds."""

    def format(self, record: logging.LogRecord) -> str:
        """One line."""
        line: dict[str, Any] = {
            "at": rfc3339(moment(record.created)),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": redacted(record.getMessage()),
        }
        if request_id := tracing.request_id.get():
            line["request_id"] = request_id
        line |= {k: v for k, v in vars(record).items() if k not in _STANDARD}
        if record.exc_info:
            line["error"] = redacted(self.formatException(record.exc_info))
        return orjson.dumps(line, default=str).decode()


class AccessLog:
    """One line for each request, in the same form; the lines of one moment are written at one go.

    A log record of its own for each request would cost as much as a tenth of carrying it to a backend.
    """

    NAME = "mdjourney_gateway.access"

    def __init__(self) -> None:
        self._logger = logging.getLogger(self.NAME)
        self._lines: list[bytes] = []

    def note(self, message: str, request_id: str, user: str, seconds: float) -> None:
        """Write a line soon; must be called in the event loop."""
        if not self._logger.isEnabledFor(logging.INFO):
            return
        line = {
            "at": rfc3339(now()),
            "level": "info",
            "logger": self.NAME,
            "message": redacted(message).encode("unicode_escape").decode("ascii"),
            "request_id": request_id,
            "user": user,
            "seconds": round(seconds, 6),
        }
        if not self._lines:
            asyncio.get_running_loop().call_soon(self._flush)
        self._lines.append(orjson.dumps(line, option=orjson.OPT_APPEND_NEWLINE))

    def _flush(self) -> None:
        lines, self._lines = b"".join(self._lines), []
        sys.stderr.write(lines.decode())
        sys.stderr.flush()


def redacted(text: str) -> str:
    """The text without API tokens, passwords in URLs and one-time tokens."""
    return _SECRETS.sub("***", text)
