"""Which extractor answers for which MIME type: ours by table, others by entry point."""

import importlib
import logging
from functools import cache
from importlib.metadata import entry_points
from typing import Any, BinaryIO, cast

from mdjourney_backend.technical.extractors.protocol import FIELDS, Extractor, Found

log = logging.getLogger(__name__)

GROUP = "mdjourney.extractors"
_HERE = __name__.rpartition(".")[0]

#: MIME type -> module of ours; its library is imported when it is first needed.
BUILT_IN = {
    "image/png": "image",
    "image/jpeg": "image",
    "image/gif": "image",
    "image/webp": "image",
    "image/bmp": "image",
    "image/jp2": "image",
    "image/tiff": "tiff",
    "image/x-zeiss-lsm": "tiff",
    "image/fits": "fits",
    "application/dicom": "dicom",
    "application/x-hdf5": "hdf5",
    "application/x-netcdf": "hdf5",
    "application/x-matlab-data": "hdf5",
    "application/x-nifti": "nifti",
    "application/vnd.apache.parquet": "columnar",
    "application/vnd.apache.arrow.file": "columnar",
    "application/x-npy": "npy",
    "text/csv": "tables",
    "text/tab-separated-values": "tables",
    "application/json": "records",
    "application/geo+json": "records",
    "application/jsonl": "records",
    "application/x-ndjson": "records",
    "application/x-fastq": "sequences",
    "application/x-fasta": "sequences",
    "text/x-sam": "sequences",
    "text/x-vcf": "sequences",
    "application/x-bam": "sequences",
}


@cache
def plugged_in() -> dict[str, str]:
    """MIME type -> name of the entry point that claims it; they go before ours."""
    claims: dict[str, str] = {}
    for point in entry_points(group=GROUP):
        try:
            extractor = cast(Extractor, point.load())
            claims.update(dict.fromkeys(extractor.mime_types, point.name))
        except Exception:  # somebody else's code: a broken plug-in must not stop ingest
            log.exception("the extractor %s cannot be loaded", point.name)
    return claims


def known(mime_type: str) -> bool:
    """Whether anybody can open this type."""
    return mime_type in BUILT_IN or mime_type in plugged_in()


def run(stream: BinaryIO, name: str, mime_type: str) -> Found:
    """Ask the extractor of `mime_type`; raises whatever it raises."""
    return tidy(_find(mime_type).extract(stream, name, mime_type))


def _find(mime_type: str) -> Extractor:
    plugged = plugged_in().get(mime_type)
    if plugged is not None:
        (point,) = entry_points(group=GROUP, name=plugged)
        return cast(Extractor, point.load())
    return cast(Extractor, importlib.import_module(f"{_HERE}.{BUILT_IN[mime_type]}"))


def tidy(found: Found) -> Found:
    """Only known keys with something in them, so that the entry stays valid."""
    return {key: value for key, value in found.items() if key in FIELDS and not _empty(value)}


def _empty(value: Any) -> bool:
    return value is None or value in ({}, [], "")
