"""Complete Metadata Files as trigger 5 makes them, from documents a lab could have typed."""

import copy
import hashlib
import uuid
from datetime import UTC, datetime
from typing import Any

from mdjourney_backend.changes import Ref
from mdjourney_backend.layout import administrative_ref, project_ref, run_ref, structural_ref
from mdjourney_backend.triggers.t5_finalize import Part, RunFinished, plan
from mdjourney_contract.people import Identity

AT = datetime(2026, 11, 20, 12, tzinfo=UTC)
PROJECT, DATASET = "7f3c1c1e-6f0e-4e7b-9a51-0c8f4b8f2f10", "b1a7d0f4-3c55-4d0e-8f5e-2f1f7a9d6c21"
RUN, INSTRUMENT = "c9d2b6a0-84f1-4a3f-b0c7-5a1e2f3d4c5b", "3e0f5a52-1b7c-4f5b-a8f6-9d9a4f0c7b88"
ADA = {
    "name": "Ada Lovelace",
    "orcid": "0000-0002-1825-0097",
    "email": "ada@example.org",
    "affiliation": "California Institute of Technology",
    "affiliation_ror": "05dxps055",
}
GRACE = {
    **ADA,
    "name": "Grace Hopper",
    "orcid": "https://orcid.org/0000-0001-5109-3700",
    "email": "grace@example.org",
}
SECRETS = (
    "ada@example.org",
    "grace@example.org",
    "EK-2026-0142",
    "Broad consent",
    "keyed hash",
    "door stood open",
    "S-2026-0001",
)
FILES = {
    "counts.csv": b"gene,n\nhsp,3\n",
    "reads/sample A #1 100%.fastq": b"@r\nACGT\n+\nIIII\n",
    "images/Übersicht: Kolonie [7].png": b"\x89PNG",
    "empty.txt": b"",
    "odd\nname & <b>.txt": b"odd",
}


def entry(path: str, content: bytes) -> dict[str, Any]:
    name = path.rpartition("/")[2]
    return {
        "file_identifier": str(uuid.uuid5(uuid.NAMESPACE_URL, path)),
        "file_path": path,
        "file_name": name,
        "file_extension": f".{name.rpartition('.')[2]}",
        "file_type_os": "file",
        "file_size_bytes": len(content),
        "checksum": hashlib.sha256(content).hexdigest(),
        "checksum_algorithm": "sha256",
        "file_permissions": "-rw-r--r--",
        "file_created_utc": "2026-11-01T10:00:00Z",
        "file_modified_utc": "2026-11-01T10:00:00Z",
        "mime_type": "text/plain",
        "file_description": f"What is in {path}",
        "status": "present",
        "version_state": "V1",
    }


def _entries() -> list[dict[str, Any]]:
    """Two of them as only the file itself tells."""
    entries = [entry(p, c) for p, c in FILES.items()]
    for e in entries[:2]:
        del e["file_description"]
    entries[0] |= {"columns": [{"name": "gene", "type": "string"}], "number_of_records": 1}
    entries[2] |= {"pronom_id": "fmt/11", "data_format_standard": "PNG 1.0", "dimensions": [4, 2]}
    return entries


def documents(access: str = "Public") -> dict[str, Any]:
    """The documents of one run, every field that goes into an export answered."""
    return {
        "project": {
            "project_identifier": PROJECT,
            "project_title": "Heat stress & <corals>",
            "project_description": "Transcriptomes of heat-stressed corals.",
            "principal_investigator": ADA,
            "contributing_researchers": [{**GRACE, "role": "Data curation"}],
            "funding_sources": [
                {"funder_name": "National Science Foundation", "funder_ror": "021nxhr62", "grant_id": "G-1"}
            ],
            "originating_institution": "California Institute of Technology",
            "originating_institution_ror": "https://ror.org/05dxps055",
            "originating_laboratory": "Coral Laboratory",
            "project_keywords": ["coral", "heat"],
            "data_collection_method_summary": "Bulk RNA-Seq.",
        },
        "administrative": {
            "dataset_identifier": DATASET,
            "associated_project_identifier": PROJECT,
            "dataset_title": "RNA-Seq of larvae <script>alert(1)</script>",
            "dataset_abstract": "Reads & counts of larvae at 27 and 31.5 °C.",
            "data_steward_contact_person": GRACE,
            "license": "CC-BY-4.0",
            "access_level": access,
            "access_conditions_contact": GRACE,
            "embargo_end_date": "2027-06-30",
            "date_published_released": "2026-12-01",
            "ethics_approval_references": ["EK-2026-0142"],
            "consent_framework_summary": "Broad consent, version 2.1.",
            "anonymization_method": "Pseudonyms from a keyed hash.",
            "recommended_citation": "Lovelace, A. (2026): RNA-Seq of larvae.",
            "link_to_documentation": "https://example.org/docs",
        },
        "structural": {
            "dataset_identifier": DATASET,
            "associated_project_identifier": PROJECT,
            "dataset_version": "1.0.0",
            "dataset_type": "Dataset",
            "dataset_keywords": ["RNA-Seq"],
            "date_created": "2026-11-01",
            "derived_from": "d9d2b6a0-84f1-4a3f-b0c7-5a1e2f3d4c5b",
            "related_publications": [
                {"identifier": "https://doi.org/10.5555/12345678", "relation": "IsSupplementTo"},
                {"identifier": "doi:10.1000/182", "relation": "Cites"},
            ],
            "variables": [{"name": "temperature", "description": "Water", "unit": "Cel"}],
            "software_to_read_access_data": [{"name": "samtools", "version": "1.20"}],
            "file_descriptions": _entries(),
        },
        "context": {
            "experiment_identifier_run_id": RUN,
            "experiment_template_type": "computational_workflow",
            "dataset_identifier_link": DATASET,
            "experiment_name": "Heat shift, replicate 1",
            "experiment_dates": ["2026-11-01", "2026-11-02T08:00:00+01:00/2026-11-03T09:00:00+01:00"],
            "experimenters": [ADA],
            "birth_timestamp": "2026-11-01T10:00:00Z",
            "death_timestamp": "2026-11-02T16:30:00Z",
            "clean_exit": True,
            "run_status": "complete",
            "instrument_used_link": [INSTRUMENT],
            "unique_sample_batch_identifiers": ["S-2026-0001"],
            "sample_source_description": "Larvae of one colony.",
            "protocol_references": [
                {"title": "RNA extraction", "identifier": "https://doi.org/10.17504/protocols.io.x"}
            ],
            "software_used_acquisition_analysis": [
                {
                    "name": "STAR",
                    "version": "2.7.11b",
                    "swhid": "swh:1:rel:22ece559cc7cc2364edc5e5593d63ae8bd229f9f",
                },
                {"name": "home-made"},
            ],
            "instrument_settings_run_parameters": {"laser": {"value": 2.5, "unit": "%"}, "cycles": 151},
            "quality_control_metrics": {"mapped": {"value": 94.1, "unit": "%"}},
            "experimenter_notes_observations": "The door stood open.",
            "input_files": [{"file_path": "reads/sample A #1 100%.fastq"}],
        },
        "instruments": [
            {
                "instrument_unique_identifier": INSTRUMENT,
                "instrument_name": "NextSeq 1",
                "instrument_type": "Sequencer",
                "instrument_manufacturer": "Illumina",
                "instrument_model": "550",
                "serial_number": "NB501",
            }
        ],
    }


def record(given: dict[str, Any] | None = None) -> dict[str, Any]:
    """The record of these documents (default: all answered, Public)."""
    docs = copy.deepcopy(given or documents())
    # every present file belongs to the run
    docs["context"]["output_files"] = [{"file_path": p} for p in FILES if not p.startswith("reads/")]
    refs = {
        "project": project_ref("p_A"),
        "administrative": administrative_ref("p_A/d"),
        "structural": structural_ref("p_A/d"),
        "context": run_ref("p_A/d", RUN),
    }
    finished = RunFinished(
        run_id=RUN,
        dataset_path="p_A/d",
        at=AT,
        actor=Identity(user_id="ada"),
        instruments=[_part(Ref("instrument_technical", "x"), i) for i in docs["instruments"]],
        **{name: _part(ref, docs[name]) for name, ref in refs.items()},
    )
    made: dict[str, Any] = plan(finished).together[0].apply(None)
    return made


def _part(ref: Ref, content: dict[str, Any]) -> Part:
    return Part(ref, content, "ab" * 32, f"https://mdjourney.invalid/schemas/{ref.kind}/1.0.0")
