"""DVC pointer files as text: written by us, and what anybody's say they cover."""

import posixpath
import re
from collections.abc import Iterable, Mapping
from operator import itemgetter
from typing import Any, Final

import yaml

from mdjourney_backend.history.words import PointerFile

_MARK = b"meta:\n  mdjourney: "
_OF_DATASET: Final = _MARK + b"dataset\n"
#: What every pointer of ours begins with; DVC keeps that when it rewrites one.
_HEAD: Final = b"outs:\n- md5: "
_PLAIN = re.compile(r"[A-Za-z][A-Za-z0-9_./-]*[A-Za-z0-9_]\Z")
_WORDS = re.compile(r"(?i:y|n|yes|no|on|off|true|false|null)\Z")
_NUMBER = re.compile(r"\d+(e\d+)?\Z")
#: No pointer of people is larger; one of ours may be, of a dataset with very many files.
MAX_BYTES = 64 << 20
#: How many bytes of a file `begins_as_ours` asks for.
HEAD_BYTES: Final = len(_HEAD)
#: What a pointer says beside its paths, at the most, for each of them and once.
_BESIDE_PATH, _BESIDE_ALL = 256, 4096
_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def pointer(kind: str, files: Mapping[str, PointerFile]) -> bytes:
    """The text of a pointer of ours; `files` by path relative to it, `kind` is `file` or `dataset`."""
    outs = [
        f"- md5: {_plain_md5(file.md5)}\n  size: {file.size}\n  hash: md5\n  path: {quoted(path)}\n"
        for path, file in sorted(files.items(), key=itemgetter(0))
    ]
    return "".join(["outs:\n", *outs]).encode() + _MARK + kind.encode() + b"\n"


def is_ours(text: bytes) -> bool:
    """Whether a pointer carries our mark (DVC keeps it when it rewrites the file).

    With zeros in it, it must begin as ours do, or with them, as what a power failure tore: an archive of pointers, called
    `x.dvc` by whoever made it, carries our mark too.
    """
    return _MARK in text and (b"\0" not in text or begins_as_ours(text))


def begins_as_ours(head: bytes) -> bool:
    """Whether a file that begins so may be a pointer of ours, whole or torn."""
    return head.startswith(_HEAD) or is_torn(head)


def is_torn(head: bytes) -> bool:
    """Whether it begins as what a power failure tore."""
    return head.startswith(b"\0")


def is_of_dataset(text: bytes) -> bool:
    """Whether a pointer of ours is the one of a whole dataset."""
    return _OF_DATASET in text


class Seen:
    """What a file that is shown piece by piece has in it: our mark, that of a whole dataset, or nothing but zeros."""

    def __init__(self) -> None:
        self.mark, self.of_dataset, self.blank = False, False, True
        self._end = b""

    def show(self, piece: bytes) -> None:
        """The next piece, of any length."""
        text = self._end + piece
        self.mark = self.mark or _MARK in text
        self.of_dataset = self.of_dataset or _OF_DATASET in text
        self.blank = self.blank and not piece.strip(b"\0")
        self._end = text[-len(_OF_DATASET) :]


def at_most(paths: Iterable[str]) -> int:
    """No pointer of ours that names these paths has more bytes."""
    return _BESIDE_ALL + sum(_BESIDE_PATH + 10 * len(path) for path in paths)


def quoted(name: str) -> str:
    """A file name as a YAML scalar that reads back as the same string, whatever it contains."""
    if _PLAIN.match(name) and not _WORDS.match(name):
        return name
    return '"' + "".join(_escape(letter) for letter in name) + '"'


def covered(raw: bytes, name: str, relative_folder: str) -> frozenset[str]:
    """Paths from the tree root that a pointer, or the stages of a `dvc.yaml`, has as outputs.

    A file that cannot be understood, or is too large to be one, covers nothing. `relative_folder` is where it lies.
    """
    if len(raw) > MAX_BYTES:
        return frozenset()
    try:
        content = yaml.load(raw, Loader=_Loader)  # noqa: S506 - the C twin of SafeLoader
    except (yaml.YAMLError, UnicodeDecodeError, RecursionError):
        return frozenset()
    if not isinstance(content, dict):
        return frozenset()
    stages = content.get("stages")
    parts: Iterable[Any] = (
        [content] if name != "dvc.yaml" else (stages.values() if isinstance(stages, dict) else [])
    )
    found: set[str] = set()
    for part in parts:
        if isinstance(part, dict):
            base = posixpath.join(relative_folder, str(part.get("wdir", ".")))
            for key in ("outs", "metrics", "plots"):
                found |= {posixpath.normpath(posixpath.join(base, name)) for name in _names(part.get(key))}
    return frozenset(found)


def _names(outs: Any) -> list[str]:
    names: list[str] = []
    for out in outs if isinstance(outs, list) else []:
        if isinstance(out, str):
            names.append(out)
        elif isinstance(out, dict):
            names.append(str(out["path"]) if "path" in out else str(next(iter(out), "")))
    return [name for name in names if name]


def _plain_md5(md5: str) -> str:
    # an all-digit hash, or one like 1234e5678, would read as a number
    return f"'{md5}'" if _NUMBER.match(md5) else md5


def _escape(letter: str) -> str:
    if letter in '"\\':
        return "\\" + letter
    if letter.isprintable():
        return letter
    code = ord(letter)
    if code < 0x100:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"
