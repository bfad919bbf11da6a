"""A BagIt 1.0 bag of a complete record: its crate and digests as payload; the data files stay where they are."""

import hashlib
from collections.abc import Mapping

from mdjourney_backend.changes import Content
from mdjourney_backend.documents import render
from mdjourney_backend.export import crate
from mdjourney_backend.export.words import Parts


def contents(record: Content) -> dict[str, bytes]:
    """The files of the bag by name, under one folder."""
    parts = Parts.of(record)
    payload = {f"data/{name}": content for name, content in crate.contents(record).items()}
    payload["data/data-manifest-sha256.txt"] = _data_manifest(parts)
    tags = {
        "bagit.txt": b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n",
        "bag-info.txt": _info(parts, payload, render(record)),
        "manifest-sha256.txt": _manifest(payload),
    }
    tags["tagmanifest-sha256.txt"] = _manifest(tags)
    top = f"bag-{parts.administrative['dataset_identifier']}"
    return {f"{top}/{name}": content for name, content in {**tags, **payload}.items()}


def _data_manifest(parts: Parts) -> bytes:
    """SHA-256 of each data file, as `sha256sum -c` reads it in the dataset's folder."""
    lines = (_line(e["checksum"], e["file_path"]) for e in parts.entries if e.get("checksum"))
    return "".join(lines).encode()


def _line(checksum: str, path: str) -> str:
    """A path with a line break or backslash is written as `sha256sum` does: escaped, the line marked."""
    escaped = path.replace("\\", "\\\\").replace("\n", "\\n").replace("\r", "\\r")
    return f"{'' if escaped == path else chr(92)}{checksum}  {escaped}\n"


def _info(parts: Parts, payload: Mapping[str, bytes], record: bytes) -> bytes:
    lines = {
        "External-Identifier": f"urn:uuid:{parts.administrative['dataset_identifier']}",
        "External-Description": " ".join(str(parts.administrative["dataset_title"]).split()),
        "Bagging-Date": parts.made[:10],
        "Payload-Oxum": f"{sum(map(len, payload.values()))}.{len(payload)}",
        "Made-From": f"{parts.record_path} sha256:{hashlib.sha256(record).hexdigest()}",
    }
    return "".join(f"{k}: {v}\n" for k, v in lines.items()).encode()


def _manifest(files: Mapping[str, bytes]) -> bytes:
    return "".join(f"{hashlib.sha256(c).hexdigest()}  {n}\n" for n, c in files.items()).encode()
