"""Records over many files against serialising them, and validation of entries against the compiled validator alone."""

import hashlib
import tempfile
import uuid
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from benchmarks.results import Told
from benchmarks.rounds import Measure, Sample, Side, interleave, spread, timed
from mdjourney_backend.changes import Write
from mdjourney_backend.documents import Documents, render
from mdjourney_backend.layout import Layout, administrative_ref, project_ref, run_ref, structural_ref
from mdjourney_backend.runs.lifecycle import Runs
from mdjourney_backend.schemas import SchemaManager
from mdjourney_backend.schemas.dialect import fast
from mdjourney_backend.tree import Tree
from mdjourney_backend.triggers.t5_finalize import Part, RunFinished, plan
from mdjourney_contract.people import Identity
from mdjourney_contract.session_config import SessionConfig

TITLE = "Complete records and validation"
_PERSON = Identity(user_id="bench", name="Bench")
_PROJECT, _DATASET, _RUN = (str(uuid.uuid5(uuid.NAMESPACE_URL, n)) for n in ("project", "dataset", "run"))
_AT = datetime(2026, 11, 1, tzinfo=UTC)


class _Discard:
    """A sink that keeps nothing: the journal is not what is measured here."""

    def written(self, write: Write) -> None:
        """Forget it."""


def entry(number: int) -> dict[str, Any]:
    """A file as ingest describes it."""
    name = f"plate_{number // 96:03d}/well_{number:05d}.csv"
    return {
        "file_identifier": str(uuid.uuid5(uuid.NAMESPACE_URL, name)),
        "file_path": name,
        "file_name": name.rpartition("/")[2],
        "file_extension": ".csv",
        "file_type_os": "file",
        "file_size_bytes": 4096 + number,
        "checksum": hashlib.sha256(name.encode()).hexdigest(),
        "checksum_algorithm": "sha256",
        "file_permissions": "-rw-r--r--",
        "file_owner": "lab",
        "file_created_utc": "2026-11-01T10:00:00Z",
        "file_modified_utc": "2026-11-01T10:00:00Z",
        "file_accessed_utc": "2026-11-01T10:00:00Z",
        "file_metadata_changed_utc": "2026-11-01T10:00:00Z",
        "mime_type": "text/csv",
        "encoding": "utf-8",
        "number_of_records": 240,
        "columns": [{"name": "time_s", "type": "integer"}, {"name": "value", "type": "number"}],
        "status": "present",
        "version_state": "V1",
    }


def documents(files: int) -> dict[str, dict[str, Any]]:
    """The documents of one run over that many files."""
    person = {"name": "Ada Lovelace", "email": "ada@example.org"}
    return {
        "project": {
            "project_identifier": _PROJECT,
            "project_title": "Benchmark",
            "project_description": "Many files.",
            "principal_investigator": person,
        },
        "administrative": {
            "dataset_identifier": _DATASET,
            "associated_project_identifier": _PROJECT,
            "dataset_title": "Plates",
            "dataset_abstract": "One file for each well.",
            "data_steward_contact_person": person,
            "license": "CC-BY-4.0",
            "access_level": "Public",
        },
        "structural": {
            "dataset_identifier": _DATASET,
            "associated_project_identifier": _PROJECT,
            "date_created": "2026-11-01",
            "file_descriptions": [entry(n) for n in range(files)],
        },
        "context": {
            "experiment_identifier_run_id": _RUN,
            "experiment_template_type": "experiment_contextual",
            "dataset_identifier_link": _DATASET,
            "experiment_name": "Plates of November",
            "experiment_dates": ["2026-11-01"],
            "experimenters": [person],
            "run_status": "open",
            "birth_timestamp": "2026-11-01T10:00:00Z",
        },
    }


def _refs() -> dict[str, Any]:
    folder = "p_Bench/plates"
    return {
        "project": project_ref("p_Bench"),
        "administrative": administrative_ref(folder),
        "structural": structural_ref(folder),
        "context": run_ref(folder, _RUN),
    }


def _building(files: int, rounds: int) -> Measure:
    """From the documents to the bytes of the record, against the last step of it."""
    given = documents(files)
    parts: dict[str, Any] = {
        name: Part(ref, given[name], "0" * 64, f"https://mdjourney.invalid/schemas/{ref.kind}/1.0.0")
        for name, ref in _refs().items()
    }
    finished = RunFinished(_RUN, "p_Bench/plates", _AT, _PERSON, instruments=[], **parts)
    record = plan(finished).together[0].apply(None)

    def ours() -> None:
        render(plan(finished).together[0].apply(None))

    samples = interleave([Side("record", ours), Side("serialise", lambda: render(record) and None)], rounds)
    return Measure(f"building the record of {files} files", "record", "serialise", 5.0, samples)


def _completing(files: int, rounds: int) -> Told:
    """`POST .../complete` without HTTP: four documents read and checked, three written and synced, every entry marked."""
    with tempfile.TemporaryDirectory() as name:
        root = Path(name) / "lab"
        (root / "p_Bench/plates").mkdir(parents=True)
        schemas = SchemaManager(root)
        docs = Documents(root, schemas, _Discard())
        for key, ref in _refs().items():
            docs.create(ref, documents(files)[key], actor=_PERSON, subject="bench")
        tree = Tree(root, Layout.of(SessionConfig.model_validate({"monitor_path": str(root)})))
        runs = Runs(docs, schemas, tree, lambda _document: None)
        runs.complete(_RUN, actor=_PERSON)
        taken: list[Sample] = []
        for _ in range(rounds):
            runs.reopen(_RUN, actor=_PERSON)
            with timed(taken):
                runs.complete(_RUN, actor=_PERSON)
    return Told(f"completing a run of {files} files, on disk", spread(taken)[1], "s")


def _validating(files: int, rounds: int) -> Measure:
    """Faults of all entries, against the compiled validator's yes or no."""
    with tempfile.TemporaryDirectory() as name:
        schemas = SchemaManager(Path(name))
        entries = [entry(n) for n in range(files)]
        compiled = fast(schemas.resolve("file_technical").body)
        assert schemas.assess_entries(entries) == {}

        def ours() -> None:
            schemas.assess_entries(entries)

        def alone() -> None:
            for one in entries:
                compiled.is_valid(one)

        samples = interleave([Side("assess", ours), Side("jsonschema-rs", alone)], rounds)
    return Measure(f"validating {files} entries", "assess", "jsonschema-rs", 3.0, samples, "formats asserted")


def measure(*, smoke: bool) -> list[Measure | Told]:
    """10,000 files, seven rounds."""
    files, rounds = (50, 1) if smoke else (10_000, 7)
    return [_building(files, rounds), _completing(files, rounds), _validating(files, rounds)]
