"""Has previews made in helper processes with a memory limit and a deadline; this process never opens a format."""

import base64
import os
import queue
import threading
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from mdjourney_backend.changes import Content
from mdjourney_backend.previewing.kinds import IMAGES, kind_of
from mdjourney_contract.problems import Unavailable

if TYPE_CHECKING:
    from mdjourney_backend.technical.extractors.process import Helper

_CHILD: Final = "mdjourney_backend.previewing.child"
_HELPERS: Final = 2
#: What is remembered of files that a helper died of, so that the next look costs nothing.
_MOST_REMEMBERED: Final = 500
TOO_MUCH: Final = "Looking into it took too long or too much memory"


class Busy(Unavailable):
    """All helpers are at work; another try in a moment will do."""


class Previews:
    """At most two helper processes, started when first needed. Thread-safe.

    Args:
        deadline_seconds: how long one file may take.
        memory_mb: how much memory one helper may have (MiB of data).
        patience_seconds: how long to wait for a free helper.
    """

    #: MIME types that have thumbnails.
    drawn = IMAGES

    def __init__(
        self, deadline_seconds: float = 10, memory_mb: int = 768, patience_seconds: float = 20
    ) -> None:
        self._patience = patience_seconds
        self._limits = (deadline_seconds, memory_mb)
        self._all: list[Helper] = []
        self._free: queue.LifoQueue[Helper] = queue.LifoQueue()
        self._hopeless: dict[tuple[object, ...], None] = {}
        self._lock = threading.Lock()

    def look(self, descriptor: int, entry: Content) -> dict[str, Any]:
        """What can be shown of an open file: `kind` image (`width`, `height`), table (`columns`, `rows`, `truncated`),
        text (`text`, `encoding`, `truncated`) or none (`reason`).

        Raises:
            Busy: no helper got free in time.
        """
        kind = kind_of(entry)
        if kind is None:
            return nothing("There is no preview of this kind of file")
        question = {"make": kind, "mime_type": entry.get("mime_type"), "encoding": entry.get("encoding")}
        return self._ask(question, descriptor) or nothing(TOO_MUCH)

    def thumbnail(self, descriptor: int, size: int) -> bytes | str:
        """A PNG at most `size` pixels wide and high, or why there is none.

        Raises:
            Busy: no helper got free in time.
        """
        answer = self._ask({"make": "thumbnail", "size": size}, descriptor) or nothing(TOO_MUCH)
        png = answer.get("png")
        return base64.b64decode(png) if png else str(answer.get("reason", TOO_MUCH))

    def close(self) -> None:
        """End the helpers."""
        for helper in self._all:
            helper.close()

    def _ask(self, question: Mapping[str, Any], descriptor: int) -> dict[str, Any] | None:
        seen = os.fstat(descriptor)
        key = (question["make"], seen.st_dev, seen.st_ino, seen.st_size, seen.st_mtime_ns, seen.st_ctime_ns)
        if key in self._hopeless:
            return None
        self._hire()
        try:
            helper = self._free.get(timeout=self._patience)
        except queue.Empty:
            raise Busy("Other previews are being made; try again", retry_after=2) from None
        try:
            os.lseek(descriptor, 0, os.SEEK_SET)
            answer: dict[str, Any] | None = helper.ask(question, descriptor)
        finally:
            self._free.put(helper)
        if answer is None:
            self._give_up_on(key)
        return answer

    def _hire(self) -> None:
        from mdjourney_backend.technical.extractors.process import Helper

        with self._lock:
            while len(self._all) < _HELPERS:
                helper = Helper(_CHILD, *self._limits)
                self._all.append(helper)
                self._free.put(helper)

    def _give_up_on(self, key: tuple[object, ...]) -> None:
        with self._lock:
            self._hopeless[key] = None
            while len(self._hopeless) > _MOST_REMEMBERED:
                del self._hopeless[next(iter(self._hopeless))]


def nothing(reason: str) -> dict[str, Any]:
    """There is no preview."""
    return {"kind": "none", "reason": reason}
