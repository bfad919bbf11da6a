"""The file entries of a document read a few at a time, so that a large one is never held whole.

It rests on how `render` writes, and believes nothing: what stands around the list is parsed, and so is each run of entries.
"""

from collections.abc import Iterator
from typing import BinaryIO, Final

import orjson

from mdjourney_backend.changes import Entry
from mdjourney_backend.documents.entries import MEMBER, NotPlain
from mdjourney_backend.strict_json import Unreadable, parse

_OPEN: Final = f'\n  "{MEMBER}": ['.encode()
_BETWEEN: Final = b"\n    },\n    {"
_CLOSE: Final = b"\n    }\n  ]"
#: Read at once; what is parsed at once holds the interpreter for about a millisecond.
_PIECE: Final = 1 << 18
#: What stands before or behind the list, at most.
_LARGEST_FRAME: Final = 4 << 20


def stream(file: BinaryIO) -> Iterator[list[Entry]]:
    """Runs of entries in their order, from a file open for reading at its start.

    Raises:
        NotPlain: somebody else wrote the document; runs that came before hold good only if this is never raised.
    """
    head = b""
    while (at := head.find(_OPEN)) < 0:
        head = _longer(head, file)
    first = at + len(_OPEN)
    head, rest = head[:first], head[first:]
    if not rest:
        rest = _longer(rest, file)
    if not rest.startswith(b"]"):
        while (end := rest.find(_CLOSE)) < 0:
            cut = rest.rfind(_BETWEEN)
            if cut >= 0:
                yield _run(rest[: cut + len(b"\n    }")])
                rest = rest[cut + len(b"\n    },") :]
            rest = _longer(rest, file)
        yield _run(rest[: end + len(b"\n    }")])
        rest = rest[end + len(_CLOSE) - 1 :]
    while more := file.read(_PIECE):
        rest = _within(rest + more)
    _require_frame(head + rest)


def _longer(before: bytes, file: BinaryIO) -> bytes:
    more = file.read(_PIECE)
    if not more:
        raise NotPlain("there is no list of entries, or it was written by somebody else")
    return _within(before + more)


def _within(part: bytes) -> bytes:
    if len(part) > _LARGEST_FRAME:
        raise NotPlain("what stands around the entries, or one of them, is too large to be told apart")
    return part


def _run(raw: bytes) -> list[Entry]:
    try:
        entries = orjson.loads(b"[" + raw + b"]")
    except orjson.JSONDecodeError as exc:
        raise NotPlain(str(exc)) from None
    if not entries or not all(isinstance(entry, dict) for entry in entries):
        raise NotPlain("an entry is none")
    found: list[Entry] = entries
    return found


def _require_frame(raw: bytes) -> None:
    try:
        content = parse(raw)
    except Unreadable as exc:
        raise NotPlain(exc.detail) from None
    if not isinstance(content, dict) or content.get(MEMBER) != []:
        raise NotPlain("the document was written by somebody else")
