"""A BagIt 1.0 bag of a complete record: its crate and (of a public dataset) the record as payload; the data files stay where they are."""

import hashlib
import io
import zipfile

from mdjourney_backend.changes import Content
from mdjourney_backend.documents import render
from mdjourney_backend.export import crate
from mdjourney_backend.export.words import Parts, is_open

#: Every entry has the same time, so that the same record gives the same bytes.
_TIME = (1980, 1, 1, 0, 0, 0)


def zipped(record: Content) -> bytes:
    """The bag, serialised as a ZIP with one folder."""
    parts = Parts.of(record)
    top = f"bag-{parts.administrative['dataset_identifier']}"
    payload = {
        f"data/{crate.DESCRIPTOR}": render(crate.metadata(record)),
        "data/data-manifest-sha256.txt": _data_manifest(parts),
    }
    if is_open(parts):
        payload[f"data/{parts.record_name}"] = render(record)
    tags = {
        "bagit.txt": b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n",
        "bag-info.txt": _info(parts, payload),
        "manifest-sha256.txt": _manifest(payload),
    }
    tags["tagmanifest-sha256.txt"] = _manifest(tags)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in {**tags, **payload}.items():
            info = zipfile.ZipInfo(f"{top}/{name}", date_time=_TIME)
            info.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(info, content)
    return out.getvalue()


def _data_manifest(parts: Parts) -> bytes:
    """SHA-256 of each data file, as `sha256sum -c` reads it in the dataset's folder."""
    return "".join(f"{e['checksum']}  {_escaped(e['file_path'])}\n" for e in parts.entries).encode()


def _info(parts: Parts, payload: dict[str, bytes]) -> bytes:
    octets = f"{sum(map(len, payload.values()))}.{len(payload)}"
    lines = {
        "External-Identifier": f"urn:uuid:{parts.administrative['dataset_identifier']}",
        "External-Description": " ".join(parts.administrative["dataset_title"].split()),
        "Bagging-Date": parts.made[:10],
        "Payload-Oxum": octets,
    }
    return "".join(f"{k}: {v}\n" for k, v in lines.items()).encode()


def _manifest(files: dict[str, bytes]) -> bytes:
    return "".join(f"{hashlib.sha256(c).hexdigest()}  {n}\n" for n, c in files.items()).encode()


def _escaped(path: str) -> str:
    return path.replace("%", "%25").replace("\n", "%0A").replace("\r", "%0D")
