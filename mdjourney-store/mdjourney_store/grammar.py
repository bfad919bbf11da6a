"""Tags and links in free text: `#tag`, `trial:<id>`, `project:<id>`."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final, Literal
from unicodedata import category, normalize

EdgeKind = Literal["tag", "trial", "project"]

#: What must not stand before a tag or link: word characters, another `#`, a path, an entity (`&#39;`), a scheme.
_BEFORE: Final = r"(?<![\w#/&:.])"
# looked ahead at: what follows a tag may be another
_TAG: Final = re.compile(rf"{_BEFORE}#(?=([^\W\d_]\S{{0,99}}))")
_LINK: Final = re.compile(rf"{_BEFORE}(trial|project):(\w[\w.-]{{0,254}})")
#: What the store has room for.
_LONGEST: Final = 255
_ADDRESS: Final = re.compile(r"(?:[a-zA-Z][a-zA-Z0-9+.\-]{0,30}://|www\.)\S*")
#: Further strings of one document are not looked at.
_MOST_STRINGS: Final = 100_000


@dataclass(frozen=True, slots=True, order=True)
class Target:
    """What a tag or link points at: `identifier` as it is stored, folded (as `lower()` of PostgreSQL does for links) and
    without `#` or prefix."""

    kind: EdgeKind
    identifier: str


def targets_in_text(text: str) -> set[Target]:
    """Tags and links of one text. Fragments of web addresses, entities, headings and numbers are none."""
    if "#" not in text and "trial:" not in text and "project:" not in text:
        return set()
    # letters with marks are written in two ways; both are the same tag
    text = normalize("NFC", _ADDRESS.sub(" ", text))
    found = {
        Target("tag", normalize("NFC", _word(match[1]).rstrip(".-").casefold()))
        for match in _TAG.finditer(text)
        if not _is_mark(text[max(0, match.start() - 1) : match.start()])
    }
    for match in _LINK.finditer(text):
        kind: EdgeKind = "trial" if match[1] == "trial" else "project"
        found.add(Target(kind, match[2].rstrip(".-").lower()))
    # folded, some letters are three
    return {target for target in found if 0 < len(target.identifier) <= _LONGEST}


def _word(text: str) -> str:
    """The letters, digits, marks of letters, `_`, `.` and `-` that a text begins with."""
    end = next(
        (at for at, one in enumerate(text) if not (one.isalnum() or one in "_.-" or _is_mark(one))), len(text)
    )
    return text[:end]


def _is_mark(text: str) -> bool:
    return text != "" and category(text).startswith("M")


def targets_in(value: Any) -> set[Target]:
    """Tags and links in the string values (not the keys) of a metadata document, at any depth."""
    found: set[Target] = set()
    for number, text in enumerate(strings_in(value)):
        if number >= _MOST_STRINGS:
            break
        found |= targets_in_text(text)
    return found


def strings_in(value: Any) -> Iterator[str]:
    """Every string value of a JSON value, in order."""
    stack = [value]
    while stack:
        item = stack.pop()
        if isinstance(item, str):
            yield item
        elif isinstance(item, dict):
            stack.extend(reversed(item.values()))
        elif isinstance(item, list | tuple):
            stack.extend(reversed(item))
