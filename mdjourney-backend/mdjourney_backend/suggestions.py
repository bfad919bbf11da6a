"""Instruments that the files of a tree name, put together for somebody to register."""

import re
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from mdjourney_backend.changes import Content

#: What files say of an instrument -> the field of its document.
_FIELDS: Mapping[str, str] = {
    "manufacturer": "instrument_manufacturer",
    "model": "instrument_model",
    "serial_number": "serial_number",
}
#: One instrument as a file names it: its fields, in their order.
Detected = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Suggestion:
    """An instrument to register: a short name that is free, what files say of it, how many say so, and where."""

    slug: str
    content: Content
    files: int
    datasets: Sequence[str]


def detected_in(entries: Iterable[Mapping[str, Any]]) -> Counter[Detected]:
    """The instruments that present file entries name, with the number of files."""
    found: Counter[Detected] = Counter()
    for entry in entries:
        said = entry.get("instrument_detected")
        if isinstance(said, dict):
            fields = tuple((k, v.strip()) for k in _FIELDS if isinstance(v := said.get(k), str) and v.strip())
            if {"model", "serial_number"} & {k for k, _ in fields}:
                found[fields] += 1
    return found


def suggested(
    seen: Iterable[tuple[str, Mapping[Detected, int]]], known: Sequence[Content], taken: Collection[str]
) -> list[Suggestion]:
    """What is named and not registered, the most often named first.

    Args:
        seen: datasets (paths) with what their files name.
        known: documents of registered instruments; `taken` their short names.
    """
    files: Counter[Detected] = Counter()
    places: dict[Detected, list[str]] = {}
    for path, found in seen:
        for one, number in found.items():
            files[one] += number
            places.setdefault(one, []).append(path)
    out: list[Suggestion] = []
    used = set(taken)
    for one, number in sorted(files.items(), key=lambda item: (-item[1], item[0])):
        content = {_FIELDS[k]: v for k, v in one}
        if not any(_is(content, k) for k in known):
            content = {**_named(one), **content}
            slug = _free(one, used)
            used.add(slug)
            out.append(Suggestion(slug, content, number, places[one]))
    return out


def _is(content: Content, known: Content) -> bool:
    """Whether a registered instrument is the one: the same serial number, else the same model where no number is said."""
    serial = content.get("serial_number")
    if serial and known.get("serial_number"):
        return bool(serial == known["serial_number"])
    same = ("instrument_manufacturer", "instrument_model")
    return not serial and all(content.get(k) == known.get(k) for k in same)


def _named(one: Detected) -> Content:
    words = [v for k, v in one if k != "serial_number"]
    return {"instrument_name": " ".join(words)} if words else {}


def _free(one: Detected, used: Collection[str]) -> str:
    base = re.sub(r"[^a-z0-9]+", "-", " ".join(v for _, v in one).lower()).strip("-")[:60] or "instrument"
    slug, number = base, 1
    while slug in used:
        number += 1
        slug = f"{base}-{number}"
    return slug
