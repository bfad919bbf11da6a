"""What the system says about one file without opening its format: the base of a `file_technical` entry."""

import pwd
from functools import lru_cache
from pathlib import Path, PurePosixPath
from typing import Any

from mdjourney_backend.technical.pronom import data_format_standard, pronom_id
from mdjourney_backend.technical.reading import NotAFile, Reading
from mdjourney_contract.problems import NotFound


def describe(path: Path, relative: str, reading: Reading) -> dict[str, Any]:
    """The entry of a regular file, without identity, status and what people type.

    Args:
        path: where the file lies.
        relative: its POSIX path inside the dataset; becomes `file_path`.
        reading: what `read_file` told; size and checksum are taken from it, not from a second look.

    Raises:
        NotFound: the file went meanwhile.
        NotAFile: something else took its place.
    """
    base = _base(path)
    if base["type"] != "file":
        raise NotAFile(f"{path} is not a regular file")
    entry = _common(base, relative)
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


def describe_link(path: Path, relative: str) -> dict[str, Any]:
    """The entry of a symbolic link: its target is named, never followed.

    `checksum` and `file_size_bytes` are those of the target's path in UTF-8 (as git stores links).

    Raises:
        NotFound: the link went meanwhile.
        NotAFile: what stands there is no link.
    """
    import hashlib

    base = _base(path)
    if base["type"] != "symlink" or base.get("symlink_target") is None:
        raise NotAFile(f"{path} is not a symbolic link")
    target = str(base["symlink_target"])
    raw = target.encode("utf-8", "surrogateescape")
    return _common(base, relative) | {
        "file_type_os": "symlink",
        "file_size_bytes": len(raw),
        "checksum": hashlib.sha256(raw).hexdigest(),
        "checksum_algorithm": "sha256",
        "mime_type": "inode/symlink",
        "symlink_target": target.encode("utf-8", "backslashreplace").decode(),
    }


def _base(path: Path) -> dict[str, Any]:
    from dirmeta.scanner import get_file_metadata

    base: dict[str, Any] | None = get_file_metadata(path, path.parent)
    if base is None:
        raise NotFound(f"{path} is not there")
    return base


def _common(base: dict[str, Any], relative: str) -> dict[str, Any]:
    name = PurePosixPath(relative).name
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
