"""The formats by name, and what each gives."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from mdjourney_backend.changes import Content
from mdjourney_backend.documents import render
from mdjourney_backend.export import bag, crate, datacite, linked, prov


@dataclass(frozen=True, slots=True)
class Exported:
    """One export: a file name, its bytes and its media type."""

    name: str
    content: bytes
    media_type: str


def export(record: Content, name: str) -> Exported:
    """A Complete Metadata File in the words of `name`, one of `FORMATS`."""
    return FORMATS[name](record)


def _ro_crate(record: Content) -> Exported:
    return Exported(f"{_stem(record)}.ro-crate.zip", crate.zipped(record), "application/zip")


def _bag(record: Content) -> Exported:
    return Exported(f"{_stem(record)}.bag.zip", bag.zipped(record), "application/zip")


def _datacite(record: Content) -> Exported:
    return Exported(
        f"{_stem(record)}.datacite.json",
        render(datacite.metadata(record)),
        "application/vnd.datacite.datacite+json",
    )


def _jsonld(record: Content) -> Exported:
    return Exported(f"{_stem(record)}.jsonld", render(linked.metadata(record)), "application/ld+json")


def _prov(record: Content) -> Exported:
    return Exported(f"{_stem(record)}.prov.json", render(prov.metadata(record)), "application/json")


def _stem(record: Content) -> str:
    administrative = record["metadata_components"]["dataset_administrative"]["content"]
    return f"dataset-{administrative['dataset_identifier']}"


#: Every format by the name people ask for it.
FORMATS: Mapping[str, Callable[[Content], Exported]] = {
    "ro-crate": _ro_crate,
    "bagit": _bag,
    "datacite": _datacite,
    "jsonld": _jsonld,
    "prov": _prov,
}
