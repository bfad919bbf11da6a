"""The formats by name, and what each gives."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from mdjourney_backend.changes import Content
from mdjourney_backend.documents import render
from mdjourney_backend.export import bag, crate, datacite, datacite_xml, linked, prov
from mdjourney_backend.export.archive import zipped
from mdjourney_backend.export.demands import Incomplete, lacking


@dataclass(frozen=True, slots=True)
class Exported:
    """One export: a file name, its bytes and its media type."""

    name: str
    content: bytes
    media_type: str


def export(record: Content, name: str) -> Exported:
    """A Complete Metadata File in the words of `name`, one of `FORMATS`.

    Raises:
        Incomplete: the target requires what the record lacks; `lacking` names the fields.
    """
    missing = lacking(record, name)
    if any(item["level"] == "required" for item in missing):
        raise Incomplete(name, missing)
    tail, media_type, make = FORMATS[name]
    administrative = record["metadata_components"]["dataset_administrative"]["content"]
    stem = f"dataset-{administrative['dataset_identifier']}"
    return Exported(f"{stem}.{tail}", make(record), media_type)


Make = Callable[[Content], bytes]

#: Every format by the name people ask for it: file name ending, media type, bytes of a record.
FORMATS: Mapping[str, tuple[str, str, Make]] = {
    "ro-crate": ("ro-crate.zip", "application/zip", lambda r: zipped(crate.contents(r))),
    "ro-crate-1.1": ("ro-crate-1.1.zip", "application/zip", lambda r: zipped(crate.contents(r, crate.V1_1))),
    "bagit": ("bag.zip", "application/zip", lambda r: zipped(bag.contents(r))),
    "datacite": (
        "datacite.json",
        "application/vnd.datacite.datacite+json",
        lambda r: render(datacite.metadata(r)),
    ),
    "datacite-xml": ("datacite.xml", "application/vnd.datacite.datacite+xml", datacite_xml.document),
    "jsonld": ("jsonld", "application/ld+json", lambda r: render(linked.metadata(r))),
    "prov": ("prov.json", "application/json", lambda r: render(prov.metadata(r))),
}
