"""Trigger 4: "mark complete"; everything the record still lacks, each item pointing at its field."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypedDict

from mdjourney_backend.changes import Content
from mdjourney_backend.schemas import Assessment


class Missing(TypedDict):
    """One thing a person has to do before the run can be completed."""

    document: str
    document_path: str
    url: str
    pointer: str
    title: str
    message: str


@dataclass(frozen=True, slots=True)
class Needed:
    """A document the record needs: its schema name, path, API address and what its schema says about it."""

    document: str
    path: str
    url: str
    assessment: Assessment


def plan(
    needed: Sequence[Needed],
    *,
    context: Needed,
    context_content: Content,
    known_instruments: Sequence[str],
    still_written: Sequence[tuple[str, str]] = (),
) -> list[Missing]:
    """What is wrong or missing in all of them, in their order; empty = the run may be completed.

    Args:
        still_written: pointers and paths of files the context names that are still growing: nobody knows their content yet.
    """
    out = [item for one in needed for item in owed(one)]
    out += [
        _item(context, pointer, "File", f"{path} is still being written") for pointer, path in still_written
    ]
    return out + [
        _item(context, f"/instrument_used_link/{i}", "Instrument", f"{link} is no registered instrument")
        for i, link in enumerate(instrument_links(context_content))
        if link not in known_instruments
    ]


def owed(one: Needed) -> list[Missing]:
    """What one document lacks: faults first, then what is missing."""
    found = one.assessment
    return [_item(one, f["pointer"], f["title"], f["message"]) for f in [*found.errors, *found.missing]]


def instrument_links(context: Content) -> list[str]:
    """The instruments a run names."""
    links: Any = context.get("instrument_used_link") or []
    return [link for link in ([links] if isinstance(links, str) else links) if isinstance(link, str)]


def _item(one: Needed, pointer: str, title: str, message: str) -> Missing:
    return {
        "document": one.document,
        "document_path": one.path,
        "url": one.url,
        "pointer": pointer,
        "title": title,
        "message": message,
    }
