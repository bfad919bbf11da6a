"""The gateway's log: one JSON object per line on standard error, control characters escaped, secrets removed."""

import logging
import re
import sys
from typing import Any

import orjson

from mdjourney_contract.clock import rfc3339
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
    """`at`, `level`, `logger`, `message`, then whatever `extra` holds."""

    def format(self, record: logging.LogRecord) -> str:
        """One line."""
        line: dict[str, Any] = {
            "at": rfc3339(moment(record.created)),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": redacted(record.getMessage()),
        }
        line |= {k: v for k, v in vars(record).items() if k not in _STANDARD}
        if record.exc_info:
            line["error"] = redacted(self.formatException(record.exc_info))
        return orjson.dumps(line, default=str).decode()


def redacted(text: str) -> str:
    """The text without API tokens, passwords in URLs and one-time tokens."""
    return _SECRETS.sub("***", text)
