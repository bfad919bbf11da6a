"""What history still knows of the documents of a folder: who they said it was, and what people typed into them."""

import logging
from collections.abc import Callable
from typing import Final

from mdjourney_backend.changes import Content, Ref
from mdjourney_backend.documents import Unreadable, parse
from mdjourney_contract.problems import MDJourneyError

log = logging.getLogger(__name__)

#: What the system itself puts into the documents of a folder; anything else was typed by somebody.
_SYSTEMS_OWN: Final = frozenset(
    {
        "$schema",
        "schema_version",
        "created_by",
        "created_date",
        "last_modified_by",
        "last_modified_date",
        "project_identifier",
        "dataset_identifier",
        "associated_project_identifier",
        "date_created",
        "file_descriptions",
        "derived_from",
        "recommended_citation",
    }
)


class Recollection:
    """`latest` answers the newest recorded bytes of a document path, or None."""

    def __init__(self, latest: Callable[[str], bytes | None]) -> None:
        self._latest = latest

    def of(self, ref: Ref) -> Content | None:
        """The newest recorded content of a path, whoever's it was."""
        try:
            raw = self._latest(ref.path)
            content = None if raw is None else parse(raw)
        except (MDJourneyError, Unreadable) as exc:
            log.warning("history cannot tell about %s: %s", ref.path, exc)
            return None
        return content if isinstance(content, dict) else None

    def ours(self, ref: Ref, key: str, identifier: str | None) -> Content | None:
        """The newest recorded content of a path, if it was of the one with that identifier."""
        content = self.of(ref) if identifier is not None else None
        return content if content is not None and content.get(key) == identifier else None

    def typed(self, ref: Ref, key: str, identifier: str | None) -> Content | None:
        """As `ours`, if anything was typed into it."""
        content = self.ours(ref, key, identifier)
        return content if content is not None and set(content) - _SYSTEMS_OWN else None
