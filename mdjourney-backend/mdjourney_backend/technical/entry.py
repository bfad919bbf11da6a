"""What the system says about one file without opening its format: the base of a `file_technical` entry."""

import hashlib
import os
import pwd
import stat
from functools import lru_cache
from pathlib import PurePosixPath
from typing import Any, Self

from mdjourney_backend.technical.pronom import data_format_standard, pronom_id
from mdjourney_backend.technical.reading import NotAFile, Reading


def describe(relative: str, reading: Reading) -> dict[str, Any]:
    """The entry of a regular file, without identity, status and what people type.

    Args:
        relative: its POSIX path inside the dataset; becomes `file_path`.
        reading: what `read_file` told. Everything is taken from it, so that the entry speaks of the file that was
            read, whatever lies at its path by now.
    """
    entry = _common(_base(_Known(relative, reading.stat)), relative)
    entry |= {
        "file_type_os": "file",
        "file_size_bytes": reading.size,
        "checksum": reading.sha256,
        "checksum_algorithm": "sha256",
        "mime_type": reading.mime_type,
        "file_owner": owner_name(reading.uid),
    }
    optional = {
        "encoding": reading.encoding,
        "data_format_standard": data_format_standard(reading.mime_type),
        "pronom_id": pronom_id(reading.mime_type, reading.head),
    }
    return entry | {key: value for key, value in optional.items() if value is not None}


def describe_link(relative: str, found: os.stat_result, target: str) -> dict[str, Any]:
    """The entry of a symbolic link that was looked at: its target is named, never followed.

    `checksum` and `file_size_bytes` are those of the target's path in UTF-8 (as git stores links).

    Raises:
        NotAFile: what was looked at is no link.
    """
    if not stat.S_ISLNK(found.st_mode):
        raise NotAFile(f"{relative} is not a symbolic link")
    base = _base(_Known(relative, found, target))
    raw = target.encode("utf-8", "surrogateescape")
    return _common(base, relative) | {
        "file_type_os": "symlink",
        "file_size_bytes": len(raw),
        "checksum": hashlib.sha256(raw).hexdigest(),
        "checksum_algorithm": "sha256",
        "mime_type": "inode/symlink",
        "symlink_target": target.encode("utf-8", "backslashreplace").decode(),
    }


class _Known:
    """A path as dirmeta asks for it, answering with what is known already instead of looking a second time."""

    __slots__ = ("_name", "_stat", "_target")

    def __init__(self, relative: str, found: os.stat_result, target: str | None = None) -> None:
        self._name = relative.rpartition("/")[2]
        self._stat = found
        self._target = target

    def lstat(self) -> os.stat_result:
        return self._stat

    def relative_to(self, _root: object) -> Self:
        return self

    def as_posix(self) -> str:
        return self._name

    def readlink(self) -> str | None:
        return self._target

    @property
    def suffix(self) -> str:
        return PurePosixPath(self._name).suffix


def _base(known: _Known) -> dict[str, Any]:
    from dirmeta.scanner import get_file_metadata

    base: dict[str, Any] = get_file_metadata(known, None)
    return base


def _common(base: dict[str, Any], relative: str) -> dict[str, Any]:
    name = relative.rpartition("/")[2]
    entry: dict[str, Any] = {
        "file_path": relative,
        "file_name": name,
        "file_extension": base["extension"] if base.get("extension") else None,
        "file_permissions": base["permissions"],
    }
    for ours, theirs in _TIMES.items():
        if base.get(theirs):
            entry[ours] = base[theirs]
    return entry


_TIMES = {
    "file_created_utc": "created_utc",
    "file_modified_utc": "modified_utc",
    "file_accessed_utc": "accessed_utc",
    "file_metadata_changed_utc": "metadata_changed_utc",
}


@lru_cache(maxsize=1024)
def owner_name(uid: int) -> str:
    """The account name of a numeric owner, or the number where the system knows no name."""
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return str(uid)
