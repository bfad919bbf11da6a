"""What all exports ask of a record: its documents by name, and what of them may leave the lab."""

from dataclasses import dataclass
from typing import Any

from mdjourney_backend.changes import Content
from mdjourney_backend.documents import require_record

#: Fields that stay at home unless the dataset is Public: addresses, consent, ethics, and free text that was typed
#: about people, samples and machines.
PRIVATE = frozenset(
    {
        "email",
        "consent_framework_summary",
        "ethics_approval_references",
        "anonymization_method",
        "experimenter_notes_observations",
        "protocol_deviations",
        "unique_sample_batch_identifiers",
        "sample_source_description",
        "sample_treatment_conditions",
        "sample_preparation_details",
        "instrument_settings_run_parameters",
        "quality_control_metrics",
        "parameters",
        "command",
        "working_directory",
        "environment",
        "software_parameters_script_used",
        "standard_output_tail",
        "standard_error_tail",
        "data_collection_method_summary",
    }
)


@dataclass(frozen=True, slots=True)
class Parts:
    """The documents inside a Complete Metadata File, without what must not leave the lab."""

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
        """Take a record apart; of a dataset that is not Public, fields of `PRIVATE` are gone at every depth.

        Raises:
            Invalid: it was edited, and is no record any more; `errors` name the pointers.
        """
        require_record(record)
        components = record["metadata_components"]
        administrative = components["dataset_administrative"]["content"]
        shown = _as_it_is if administrative.get("access_level") == "Public" else without_private
        return Parts(
            project=shown(components["project_descriptive"]["content"]),
            administrative=shown(administrative),
            structural=shown(components["dataset_structural"]["content"]),
            context=shown(components["experiment_contextual"]["content"]),
            instruments=[shown(i["content"]) for i in components["instrument_technical"]],
            entries=record["data_objects"],
            run_id=record["experiment_identifier"],
            revision=record["revision"],
            made=record["metadata_provenance"]["generation_date"],
        )

    @property
    def is_open(self) -> bool:
        """Whether the dataset is open to everybody: only then does the record itself go along."""
        return bool(self.administrative.get("access_level") == "Public")

    @property
    def record_path(self) -> str:
        """Where the record lies in the dataset's folder; an export unpacked there meets the same bytes."""
        tail = "" if self.revision == 1 else f"_{self.revision}"
        return f".metadata/runs/{self.run_id}/{self.run_id}_v2_metadata{tail}.json"

    def creators(self) -> list[Content]:
        """Who made the data: the experimenters, else the principal investigator."""
        leader = self.project.get("principal_investigator")
        return named(self.context.get("experimenters")) or named([leader])

    def publisher(self) -> tuple[str, str | None] | None:
        """Name and ROR id of the institution the data comes from; None where nobody said it."""
        if self.project.get("originating_institution"):
            return str(self.project["originating_institution"]), self.project.get(
                "originating_institution_ror"
            )
        leader = self.project.get("principal_investigator") or {}
        if leader.get("affiliation"):
            return str(leader["affiliation"]), leader.get("affiliation_ror")
        return None

    def published(self) -> str:
        """The day of publication: as typed, else the end of the embargo, else the day of the record."""
        admin = self.administrative
        embargo = admin.get("embargo_end_date") if admin.get("access_level") == "Embargoed" else None
        return str(admin.get("date_published_released") or embargo or self.made)[:10]

    def access(self) -> str | None:
        """The access level in words, with the end of an embargo."""
        admin = self.administrative
        if admin.get("access_level") == "Embargoed" and admin.get("embargo_end_date"):
            return f"Embargoed until {admin['embargo_end_date']}"
        return admin.get("access_level")

    def keywords(self) -> list[str]:
        """Those of project and dataset, each once."""
        both = [*self.project.get("project_keywords", ()), *self.structural.get("dataset_keywords", ())]
        return list(dict.fromkeys(both))

    def software(self) -> list[Content]:
        """Programs the run used."""
        return named(self.context.get("software_used_acquisition_analysis"))

    def funders(self) -> list[Content]:
        """Sources of funding with a name."""
        return [f for f in self.project.get("funding_sources", ()) if f.get("funder_name")]

    def publications(self) -> list[Content]:
        """Related works with an identifier."""
        return [p for p in self.structural.get("related_publications", ()) if p.get("identifier")]

    def inputs(self) -> list[Content]:
        """The entries the run read; what it made is every other one."""
        read = {
            f["file_path"]
            for f in self.context.get("input_files", ())
            if isinstance(f, dict) and "file_path" in f
        }
        return [e for e in self.entries if e["file_path"] in read]

    def made_entries(self) -> list[Content]:
        """The entries the run made."""
        read = {e["file_path"] for e in self.inputs()}
        return [e for e in self.entries if e["file_path"] not in read]


def named(items: Any) -> list[Content]:
    """Those of a list that are objects with a name."""
    return [i for i in items or () if isinstance(i, dict) and i.get("name")]


def without_private(value: Any) -> Any:
    """A copy without the fields of `PRIVATE`, at every depth."""
    if isinstance(value, dict):
        return {k: without_private(v) for k, v in value.items() if k not in PRIVATE}
    if isinstance(value, list):
        return [without_private(v) for v in value]
    return value


def present(entity: Content) -> Content:
    """Without members that say nothing."""
    return {k: v for k, v in entity.items() if v is not None and v != "" and v != [] and v != {}}


def alone(items: list[Any]) -> Any:
    """One item stands alone: validators of RO-Crate dislike lists of one."""
    return items[0] if len(items) == 1 else items


def _as_it_is(content: Content) -> Content:
    return content
