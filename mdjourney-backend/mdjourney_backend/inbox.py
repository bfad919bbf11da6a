"""What followers leave for the leader: documents they wrote, with content and author, and requests to look again."""

import base64
import contextlib
import json
import logging
import re
import time
import uuid
from collections.abc import Container, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from mdjourney_backend.changes import Ref, Write
from mdjourney_backend.layout import OURS
from mdjourney_backend.whole_files import clear, write_whole
from mdjourney_contract.clock import rfc3339
from mdjourney_contract.people import Identity

log = logging.getLogger(__name__)

FOLDER: Final = "inbox"
#: How the names of requests end that a leader has heard and not answered.
_TAKEN: Final = ".taken.json"
_NAME: Final = re.compile(r"\d{20}-[0-9a-f]{32}\.json")


@dataclass(frozen=True, slots=True)
class Intent:
    """One file of the inbox: a write that happened, or (write None) a request to scan."""

    path: Path
    write: Write | None


class Inbox:
    """`.mdjourney/inbox`. Implements `WriteSink` for followers; files appear whole and in order of their names."""

    def __init__(self, root: Path) -> None:
        self._folder = root / OURS / FOLDER
        self._marked: str | None = None

    def written(self, write: Write) -> None:
        """Leave a write for the leader."""
        self._leave(
            {
                "kind": "write",
                "ref": [write.ref.kind, write.ref.path],
                "content": base64.b64encode(bytes(write.content)).decode(),
                "sha256": write.sha256,
                "previous_sha256": write.previous_sha256,
                "actor": write.actor.model_dump(mode="json"),
                "at": rfc3339(write.at),
                "subject": write.subject,
                "request_id": write.request_id,
            }
        )

    def ask_for_rescan(self) -> str:
        """Ask the leader to compare the whole tree; the name of the request, which `is_open` until that is done."""
        return self._leave({"kind": "rescan"})

    def mark(self) -> None:
        """As `ask_for_rescan`, for whoever does not wait for the answer: while the last request of this process was not
        taken, it stands for this one too."""
        if self._marked is None or not (self._folder / self._marked).exists():
            self._marked = self.ask_for_rescan()

    def is_open(self, name: str) -> bool:
        """Whether a request was not answered yet."""
        return any((self._folder / n).exists() for n in (name, _taken(name)))

    def take(self, besides: Container[str] = ()) -> Iterator[Intent]:
        """Intents in the order they were left, `besides` those of these names. Whoever takes one calls `done` once it is safe elsewhere. A file that
        cannot be read is set aside, not taken."""
        for name in self.names():
            if name in besides:
                continue
            path = self._folder / name
            try:
                yield Intent(path, _parsed(json.loads(path.read_bytes())))
            except FileNotFoundError:
                continue
            except (ValueError, KeyError, TypeError) as exc:
                log.warning("intent %s cannot be read (%s); set aside", path, exc)
                path.rename(path.with_name(f".corrupt-{name}"))

    def taken(self, intent: Intent) -> Intent:
        """A request was heard: what happens from now on asks for another."""
        if intent.path.name.endswith(_TAKEN):
            return intent
        path = intent.path.with_name(_taken(intent.path.name))
        with contextlib.suppress(FileNotFoundError):
            intent.path.rename(path)
        return replace(intent, path=path)

    def done(self, intent: Intent) -> None:
        """Remove an intent that was dealt with."""
        intent.path.unlink(missing_ok=True)

    def names(self) -> list[str]:
        """Names of the intents that wait, oldest first."""
        try:
            return sorted(p.name for p in self._folder.iterdir() if p.suffix == ".json" and p.name[0] != ".")
        except FileNotFoundError:
            return []

    def clear(self) -> None:
        """Remove what killed processes left half written."""
        clear(self._folder, lambda name: _NAME.fullmatch(name) is not None)

    def _leave(self, intent: dict[str, Any]) -> str:
        self._folder.mkdir(parents=True, exist_ok=True)
        name = f"{time.time_ns():020d}-{uuid.uuid4().hex}.json"
        write_whole(self._folder / name, json.dumps(intent))
        return name


def _taken(name: str) -> str:
    return name.removesuffix(".json") + _TAKEN


def _parsed(raw: dict[str, Any]) -> Write | None:
    if raw["kind"] == "rescan":
        return None
    return Write(
        ref=Ref(*raw["ref"]),
        content=base64.b64decode(raw["content"]),
        sha256=raw["sha256"],
        previous_sha256=raw["previous_sha256"],
        actor=Identity.model_validate(raw["actor"]),
        at=datetime.fromisoformat(raw["at"]),
        subject=raw["subject"],
        request_id=str(raw.get("request_id", "")),
    )
