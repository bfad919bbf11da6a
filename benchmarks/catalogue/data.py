"""A lab's catalogue made up: projects, datasets, files, trials with realistic metadata, edges; written with COPY."""

import hashlib
import json
import math
import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg

from mdjourney_store import indexing
from mdjourney_store.connection import Store

FIRST = datetime(2024, 1, 1, tzinfo=UTC)
SPAN = timedelta(days=1000)
WORDS = [
    "alignment", "assay", "batch", "buffer", "calibration", "cell", "chromatin", "cluster", "contrast", "control",
    "culture", "density", "depth", "drift", "elution", "embryo", "enzyme", "exposure", "filter", "fixation",
    "fluorescence", "fraction", "genome", "gradient", "growth", "incubation", "intensity", "library", "ligand", "marker",
    "membrane", "mutant", "neuron", "noise", "nucleus", "organoid", "passage", "pellet", "peptide", "phase",
    "plasmid", "plate", "polymer", "primer", "probe", "protein", "quality", "reagent", "replicate", "residue",
    "sample", "segment", "sequence", "signal", "spectrum", "staining", "substrate", "tissue", "titration", "vector",
]  # fmt: skip
SYLLABLES = [a + b for a in "bdfklmnprs" for b in ("a", "e", "i", "o", "u", "al", "en", "ir", "os", "um")]
_TRIAL = "trial_id, user_id, user_domain, project_id, birth_timestamp, death_timestamp, clean_exit, metadata, recorded_by"
TEMPLATES = ("computational_workflow", "genomics_sequencing", "microscopy_imaging", "anndata_mudata")


@dataclass(frozen=True)
class Size:
    """How much to make up; `hub` trials carry one tag in the graph of `graph_edges` edges."""

    trials: int = 100_000
    edges: int = 326_000
    files: int = 300_000
    graph_edges: int = 1_000_000
    hub: int = 30_000

    def of(self, trials: int) -> "Size":
        """The same lab with so many trials."""
        share = trials / self.trials
        return Size(trials, *(round(n * share) for n in (self.edges, self.files, self.graph_edges, self.hub)))

    @property
    def projects(self) -> int:
        """A project for every 2,000 trials, 10 at least."""
        return max(10, self.trials // 2000)

    @property
    def rushes(self) -> tuple[tuple[int, int], tuple[int, int]]:
        """Of which project how many trials came in a rush, an hour each, after all others: first one that a researcher
        works in, then one they do not see."""
        return (0, self.trials // 25), (self.projects - 1, self.trials // 20)

    @property
    def datasets(self) -> int:
        """A dataset for every 20 trials."""
        return max(10, self.trials // 20)


def project_id(number: int) -> str:
    """Of the project with that number."""
    return f"0a000000-0000-4000-8000-{number:012x}"


def dataset_id(number: int) -> str:
    """Of the dataset with that number."""
    return f"0d000000-0000-4000-8000-{number:012x}"


def trial_id(number: int) -> str:
    """Of the trial with that number; they do not sort by birth."""
    return (
        hashlib.md5(str(number).encode(), usedforsecurity=False).hexdigest()[:12]
        + f"-4000-8000-{number:012x}"
    )


def word(dice: random.Random) -> str:
    """A word as texts hold them: the n-th most frequent of 6,000 is n times rarer than the first."""
    rank = int(math.exp(dice.random() * math.log(6000))) - 1
    return WORDS[rank % 60] + ("" if rank < 60 else SYLLABLES[rank // 60])


def tag(dice: random.Random) -> str:
    """A tag: few are frequent, most are rare (some 2,000 of them)."""
    return f"{dice.choice(WORDS)}-{int(dice.paretovariate(0.7)) % 40}"


def metadata(number: int, size: Size) -> dict[str, Any]:
    """What one run's contextual document says: some 1.9 KB."""
    dice = random.Random(number)
    links = dice.random() * 2 < (size.edges / size.trials - 2) * 2 and number > 100
    mentions = f" after trial:{trial_id(number - dice.randint(1, 100))}" if links else ""
    note = " ".join(word(dice) for _ in range(40))
    return {
        "schema_version": "1.0",
        "experiment_identifier_run_id": trial_id(number),
        "dataset_identifier_link": dataset_id(number % size.datasets),
        "experiment_template_type": TEMPLATES[number % 4],
        "experiment_name": f"{dice.choice(WORDS)} {dice.choice(WORDS)} {number}",
        "run_status": "complete" if number % 10 else "open",
        "birth_timestamp": born(number, size).isoformat(),
        "experiment_description": f"{note} #{tag(dice)} and #{tag(dice)}{mentions}",
        "operator": {"name": f"Person {number % 200}", "orcid": f"0000-0002-1825-{number % 10000:04d}"},
        "instrument_used_link": f"0c000000-0000-4000-8000-{number % 25:012x}",
        "qc_assessment": ("pass", "pass", "pass", "review", "fail")[number % 5],
        "quality_control_metrics": {
            "rin": round(dice.triangular(1, 10, 8), 2),
            "q30_percentage": round(dice.uniform(70, 99), 2),
            "mapped_reads": dice.randint(10**6, 10**8),
            "duplication_rate": round(dice.random(), 4),
        },
        "parameters": {f"{word}_setting": round(dice.uniform(0, 1000), 3) for word in dice.sample(WORDS, 8)},
        "software": [{"name": "aligner", "version": f"2.{number % 7}.1"}, {"name": "caller", "version": "4.1"}],
        "environment": {"host": f"node{number % 40}", "platform": "Linux-6.1-x86_64", "python": "3.11.9"},
        "command": ["align", "--threads", "8", "--input", f"run/{number}.fastq.gz", "--output", f"run/{number}.bam"],
        "protocol": " ".join(word(dice) for _ in range(30)),
    }  # fmt: skip


def born(number: int, size: Size) -> datetime:
    """Births are spread evenly; number and time go together as they do in life."""
    return FIRST + SPAN * (number / size.trials)


def fill(url: str, size: Size) -> float:
    """Put the lab into an empty, migrated database and let the store's own code index it; returns MB of metadata.

    Args:
        url: as the owner of the tables: triggers are off while rows are copied.
    """
    with psycopg.connect(url) as connection:
        for table in ("trial_detail", "project_detail", "dataset_detail"):
            connection.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        _people_and_projects(connection, size)
        _copy(connection, "dataset_detail (dataset_id, project_id, title, rel_path, administrative, created_at, files)",
              _datasets(size))  # fmt: skip
        _copy(connection, f"trial_detail ({_TRIAL})", _trials(size))
        _copy(connection, "trial_dataset (trial_id, dataset_id)",
              ((trial_id(n), dataset_id(n % size.datasets)) for n in range(size.trials)))  # fmt: skip
        _copy(connection, "file_entry (dataset_id, path, extension, mime_type, size_bytes, checksum, modified_at, technical,"
              " entry_sha256)", _files(size))  # fmt: skip
        _copy(
            connection,
            "document_event (at, synced_at, txid, origin_id, rel_path, kind, project_id, trial_id, subject)",
            _saves(size),
        )
        for table in ("trial_detail", "project_detail", "dataset_detail"):
            connection.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")
    store = Store(url, size=1, seconds=600)
    _index(store, "project", [project_id(n) for n in range(size.projects)])
    _index(store, "dataset", [dataset_id(n) for n in range(size.datasets)])
    _index(store, "trial", [trial_id(n) for n in range(size.trials)])
    store.close()
    tidy(url)
    with psycopg.connect(url) as connection:
        row = connection.execute("SELECT sum(pg_column_size(metadata)) / 1e6 FROM trial_detail").fetchone()
    return float(row[0]) if row and row[0] else 0.0


def rush(url: str, size: Size) -> None:
    """Thousands of newest trials that came within two hours, half of them of a project that few see."""
    with psycopg.connect(url) as connection:
        connection.execute("ALTER TABLE trial_detail DISABLE TRIGGER USER")
        _copy(connection, f"trial_detail ({_TRIAL})", _rushed(size))
        connection.execute("ALTER TABLE trial_detail ENABLE TRIGGER USER")
    store = Store(url, size=1, seconds=600)
    many = sum(number for _, number in size.rushes)
    _index(store, "trial", [trial_id(size.trials + n) for n in range(many)])
    store.close()
    tidy(url)


def grow_graph(url: str, size: Size) -> None:
    """Add edges until there are `graph_edges`, among them a tag that `hub` trials carry."""
    with psycopg.connect(url) as connection:
        row = connection.execute("SELECT count(*) FROM graph_edges").fetchone()
        assert row is not None
        missing = max(0, size.graph_edges - int(row[0]) - size.hub)
        _copy(
            connection,
            "graph_edges (source_trial_id, target_entity_type, target_entity_id)",
            _more(size, missing),
        )
    tidy(url)


def tidy(url: str) -> None:
    """Statistics and visibility as autovacuum would leave them."""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("VACUUM ANALYZE")
        connection.execute("CHECKPOINT") if _may_checkpoint(connection) else None


def _may_checkpoint(connection: psycopg.Connection[Any]) -> bool:
    row = connection.execute("SELECT usesuper FROM pg_user WHERE usename = current_user").fetchone()
    return bool(row and row[0])


def _more(size: Size, missing: int) -> Iterator[tuple[str, ...]]:
    dice = random.Random(1)
    for number in range(min(size.hub, size.trials)):
        yield trial_id(number), "tag", "hub"
    seen = set()
    while len(seen) < missing:
        edge = (dice.randrange(size.trials), dice.randrange(size.trials))
        if edge[0] != edge[1] and edge not in seen and abs(edge[0] - edge[1]) > 100:
            seen.add(edge)
            yield trial_id(edge[0]), "trial", trial_id(edge[1])


def _people_and_projects(connection: psycopg.Connection[Any], size: Size) -> None:
    _copy(
        connection,
        "user_detail (user_id, domain, name)",
        ((f"u{n}", "local", f"Person {n}") for n in range(200)),
    )
    _copy(
        connection,
        "project_detail (project_id, name, details, rel_path, created_at)",
        (
            (project_id(n), f"Study {n}", json.dumps({"project_title": f"Study {n} of #{WORDS[n % len(WORDS)]}"}),
             f"p_{n}", FIRST + timedelta(hours=n))
            for n in range(size.projects)
        ),
    )  # fmt: skip
    _copy(connection, "user_project_role_linking (user_id, domain, project_id, role)",
          ((f"u{n % 200}", "local", project_id(n), "admin") for n in range(size.projects)))  # fmt: skip


def _datasets(size: Size) -> Iterator[tuple[Any, ...]]:
    for n in range(size.datasets):
        project = n % size.projects
        about = {
            "dataset_title": f"Dataset {n}",
            "access_level": ("Public", "Restricted")[n % 2],
            "license": "CC-BY-4.0",
        }
        yield (dataset_id(n), project_id(project), f"Dataset {n}", f"p_{project}/d_{n}", json.dumps(about),
               FIRST + timedelta(minutes=n), size.files // size.datasets)  # fmt: skip


def _trials(size: Size) -> Iterator[tuple[Any, ...]]:
    for n in range(size.trials):
        yield _trial(n, n % size.datasets % size.projects, born(n, size), size)


def _rushed(size: Size) -> Iterator[tuple[Any, ...]]:
    n, hour = size.trials, FIRST + SPAN + timedelta(days=1)
    for project, number in size.rushes:
        for place in range(number):
            yield _trial(n, project, hour + timedelta(hours=1) * (place / number), size)
            n += 1
        hour += timedelta(hours=1)


def _trial(n: int, project: int, birth: datetime, size: Size) -> tuple[Any, ...]:
    dead = n % 10 != 0
    return (trial_id(n), f"u{n % 200}", "local", project_id(project), birth, birth + timedelta(hours=2) if dead else None,
            dead and n % 7 != 0, json.dumps(metadata(n, size)), "document")  # fmt: skip


def _files(size: Size) -> Iterator[tuple[Any, ...]]:
    for n in range(size.files):
        technical = {"file_path": f"run/{n}.csv", "number_of_records": n % 1000, "dimensions": None}
        yield (dataset_id(n % size.datasets), f"run/{n // size.datasets}/{WORDS[n % 60]}-{n}.csv", ".csv", "text/csv", n,
               f"{n:064x}", FIRST, json.dumps(technical), f"{n:064x}")  # fmt: skip


def _saves(size: Size) -> Iterator[tuple[Any, ...]]:
    for n in range(size.trials):
        yield (born(n, size), born(n, size), str(3 + n * 500 // size.trials), "0e000000-0000-4000-8000-000000000000",
               f"p/runs/{n}.json", "experiment_contextual", project_id(n % size.datasets % size.projects), trial_id(n),
               f"p: run {n}")  # fmt: skip


def _copy(connection: psycopg.Connection[Any], into: str, rows: Iterator[tuple[Any, ...]]) -> None:
    with connection.cursor() as cursor, cursor.copy(f"COPY {into} FROM STDIN") as copy:
        for row in rows:
            copy.write_row(row)


def _index(store: Store, kind: str, identifiers: list[str], batch: int = 2000) -> None:
    for start in range(0, len(identifiers), batch):
        with store.transaction() as connection:
            indexing.index(connection, {kind: identifiers[start : start + batch]})
