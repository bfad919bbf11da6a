"""What all exports ask of a record: its documents by name, identifiers, and what may leave the lab."""

import re
from dataclasses import dataclass
from urllib.parse import quote

from mdjourney_backend.changes import Content
from mdjourney_contract.problems import Conflict


@dataclass(frozen=True, slots=True)
class Parts:
    """The documents inside a Complete Metadata File."""

    project: Content
    administrative: Content
    structural: Content
    context: Content
    instruments: list[Content]
    entries: list[Content]
    run_id: str
    revision: int
    made: str

    @staticmethod
    def of(record: Content) -> "Parts":
        """Take a record apart."""
        components = record["metadata_components"]
        return Parts(
            project=components["project_descriptive"]["content"],
            administrative=components["dataset_administrative"]["content"],
            structural=components["dataset_structural"]["content"],
            context=components["experiment_contextual"]["content"],
            instruments=[i["content"] for i in components["instrument_technical"]],
            entries=record["data_objects"],
            run_id=record["experiment_identifier"],
            revision=record["revision"],
            made=record["metadata_provenance"]["generation_date"],
        )

    @property
    def record_name(self) -> str:
        """The file name of the record."""
        tail = "" if self.revision == 1 else f"_{self.revision}"
        return f"{self.run_id}_v2_metadata{tail}.json"

    def creators(self) -> list[Content]:
        """Who made the data: the experimenters."""
        return list(self.context.get("experimenters") or [self.project["principal_investigator"]])

    def published(self) -> str:
        """The date of publication, or that of the record."""
        return str(self.administrative.get("date_published_released") or self.made)

    def software_names(self) -> list[str]:
        """Programs used, with their versions."""
        used = self.context.get("software_used_acquisition_analysis", ())
        return [" ".join(filter(None, (s.get("name"), s.get("version")))) for s in used if s.get("name")]

    def paths(self, field: str) -> list[str]:
        """The files a list of the context names."""
        return [
            f["file_path"] for f in self.context.get(field, ()) if isinstance(f, dict) and "file_path" in f
        ]


def is_open(parts: Parts) -> bool:
    """Whether the dataset is open to everybody: only then do e-mail addresses and notes leave with an export."""
    return bool(parts.administrative.get("access_level") == "Public")


def is_doi(identifier: str) -> bool:
    """Whether an identifier is a DOI, bare or as address."""
    return re.match(r"(https?://(dx\.)?doi\.org/|doi:)?10\.\d{4,9}/\S+\Z", identifier) is not None


def person_id(person: Content) -> str:
    """An ORCID as URI, else a name inside the document."""
    orcid = person.get("orcid")
    if orcid:
        return str(orcid) if str(orcid).startswith("https://") else f"https://orcid.org/{orcid}"
    return f"#person-{quote(str(person['name']), safe='')}"


def license_uri(license_id: str) -> str:
    """The address of an SPDX licence; one of the lab's own is named inside the document.

    Raises:
        Conflict: the record has no licence (it cannot be complete then).
    """
    if not license_id:
        raise Conflict("The record has no licence")
    if license_id.startswith("LicenseRef-"):
        return f"#{quote(license_id)}"
    return f"https://spdx.org/licenses/{quote(license_id)}"
