"""The store filled anew from 100,000 documents: what came through the outbox and what a rebuild makes are compared row by row."""

import itertools
import json
import shutil
import tempfile
import time
import uuid
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from multiprocessing import get_context
from pathlib import Path
from random import Random
from typing import Any, Final

import psycopg

from benchmarks.results import Told
from mdjourney_backend.changes import Ref
from mdjourney_backend.layout import Layout
from mdjourney_backend.sync import Sync, rebuild
from mdjourney_backend.tree import Tree
from mdjourney_contract.people import Identity
from mdjourney_store import lifecycle, roles
from mdjourney_store.connection import Store
from mdjourney_store.connector import Connector
from mdjourney_store.dump import dump, restore_into
from mdjourney_store.embedded import EmbeddedPostgres, Urls
from mdjourney_store.migrate import upgrade
from mdjourney_store.rows import Origin
from mdjourney_store.search import facets, search
from mdjourney_store.viewer import Viewer

TITLE = "Rebuild of the metadata store"
#: Everything but numbers that are given out anew and the moments of writing.
TABLES: Final = {
    "user_detail": ("user_id, domain", "email, name"),
    "project_detail": ("project_id", "name, details, created_at, created_by_user_id, created_by_domain, rel_path, deleted_at, origin_id"),
    "dataset_detail": ("dataset_id", "project_id, title, rel_path, administrative, structural, state, files, bytes, created_at, deleted_at, origin_id"),
    "file_entry": ("dataset_id, path", "extension, mime_type, size_bytes, checksum, modified_at, status, state, role, technical, entry_sha256"),
    "trial_detail": ("trial_id", "user_id, user_domain, project_id, birth_timestamp, death_timestamp, clean_exit, metadata, recorded_by, deleted_at, origin_id"),
    "trial_dataset": ("trial_id, dataset_id", "1"),
    "metadata_document": ("rel_path", "origin_id, kind, entity_id, project_id, dataset_id, trial_id, sha256, size_bytes, content, problem, deleted_at"),
    "user_project_role_linking": ("user_id, domain, project_id", "role"),
    "trial_event": ("trial_id, at, event", "project_id, actor_user_id, actor_domain, detail"),
    "audit_event": ("event_id", "at, actor_user_id, actor_domain, action, object_type, object_id, project_id, detail"),
    "graph_edges": ("source_trial_id, target_entity_type, target_entity_id", "1"),
    "project_edges": ("source_project_id, target_entity_type, target_entity_id", "1"),
    "search_document": ("kind, entity_id", "project_id, user_id, user_domain, title, status, at, tags, labels, tsv"),
    "entity_field": ("kind, entity_id, field", "project_id, at, text_value, num_value"),
    "label_use": ("project_id, facet, value", "uses"),
    "field_use": ("project_id, field, holds", "uses"),
}  # fmt: skip
_PERSON = Identity(user_id="ann", name="Ann")
_BORN = datetime(2025, 1, 1, tzinfo=UTC)
#: Asked of both as somebody who sees all, and as somebody with roles in some projects; each page by page.
SEARCHES: Final = (
    "", "#calibration", "#batch7", "run", '"after trial"', "rin>9.5", "rin<2 #batch3", "status:clean", "status:unclean #batch1",
    "kind:project", "#topic3", "experiment_name:\"run 1\"", "NOT #batch2 rin>8", "born>=2025-11-01 status:clean",
)  # fmt: skip
_PAGES: Final = 4


def measure(*, smoke: bool) -> list[Told]:
    """Fill by the outbox, fill another database by a rebuild from the same files, compare."""
    documents = 120 if smoke else 100_000
    base = Path(tempfile.mkdtemp(dir="/tmp", prefix="m"))
    base.chmod(0o711)
    server = EmbeddedPostgres(base / "h", shared=base / "s", durable=False)
    try:
        side = Sides(base, server.start(), documents)
        side.fill()
        side.rebuild()
        side.derive()
        return side.compared()
    finally:
        server.stop()
        shutil.rmtree(base, ignore_errors=True)


class Sides:
    """Two databases for the same files below `base`: one was told by the outbox, the other is rebuilt."""

    def __init__(self, base: Path, urls: Urls, documents: int) -> None:
        self._base, self._urls, self._documents = base, urls, documents
        self._tree = Tree(base / "tree", Layout())
        self._origin = Origin(str(uuid.UUID(int=documents)), "bench", str(base / "tree"), _PERSON)
        self._synced, self._anew = urls.of("synced"), urls.of("anew")
        self.took: dict[str, float] = {}

    def fill(self) -> None:
        """The files, the database that is told of them in any order, and rows that live only there."""
        self.documents = _write_tree(self._base / "tree", self._documents)
        for name in ("synced", "anew"):
            _database(self._urls, name)
        with _Clock(self.took, "told by the outbox"):
            _through_outbox(self._tree, self._synced, self._origin)
        _primary_rows(self._synced)

    def rebuild(self) -> None:
        """The other one: primary rows from a dump, the rest from the files."""
        with _Clock(self.took, "dump of primary rows and events"):
            _dump(self._synced, self._base / "dump")
        with _Clock(self.took, "their restore on an empty database"):
            restore_into(self._anew.owner_url, self._base / "dump")
        with _Clock(self.took, "rebuild of an empty store (`db sync --rebuild`)"):
            rebuild(self._tree, self._anew.backend_url, self._origin, verify=True)
        with _Clock(self.took, "`db sync` where nothing is missing"):
            self._again = rebuild(self._tree, self._anew.backend_url, self._origin)

    def derive(self) -> None:
        """What the connector makes of the rows, in both."""
        with (
            _Clock(self.took, "edges and search derived, both databases side by side"),
            ProcessPoolExecutor(2, get_context("spawn")) as processes,
        ):
            list(processes.map(_connect, [self._anew.owner_url, self._synced.owner_url]))

    def compared(self) -> list[Told]:
        """What took how long, and where the two differ."""
        found = list(differences(self._synced.owner_url, self._anew.owner_url))
        for one in found:
            if one.differing:
                print(f"{one.table}: {one.differing[:3]}")
        asked, otherwise = _answers(self._synced.owner_url, self._anew.owner_url)
        size = f"{self.documents:,} documents"
        speed = self.documents / self.took["rebuild of an empty store (`db sync --rebuild`)"]
        edges = sum(one.rows for one in found if one.table.endswith("_edges"))
        return [
            *(Told(f"{size}: {step}", seconds, "s") for step, seconds in self.took.items()),
            Told(f"{size}: rebuilt a second", speed, ""),
            Told(f"{size}: rows compared, {len(found)} tables, {edges:,} edges among them", sum(one.rows for one in found), ""),
            Told(f"{size}: rows that differ", sum(len(one.differing) for one in found), "", 0),
            Told(f"{size}: pages of searches and facets compared", asked, ""),
            Told(f"{size}: pages and facets that differ", otherwise, "", 0),
            Told(f"{size}: rows changed by a sync where nothing was missing", self._again.total, "", 0),
        ]  # fmt: skip


@dataclass(frozen=True)
class Compared:
    """One table in two databases; `differing`: keys of rows that are in one only, or not the same."""

    table: str
    rows: int
    differing: list[Any]


def differences(url: str, other: str) -> Iterator[Compared]:
    """Every table of `TABLES`, row by row."""
    for table, (key, columns) in TABLES.items():
        sides = [_hashes(where, table, key, columns) for where in (url, other)]
        differing = [k for k in sides[0].keys() | sides[1].keys() if sides[0].get(k) != sides[1].get(k)]
        yield Compared(table, len(sides[0]), differing)


def _hashes(url: str, table: str, key: str, columns: str) -> dict[Any, list[str]]:
    found: dict[Any, list[str]] = {}
    with psycopg.connect(url) as connection, connection.cursor(name="rows") as cursor:
        for row in cursor.execute(f"SELECT {key}, md5(ROW({columns})::text) FROM {table}"):
            found.setdefault(row[:-1], []).append(row[-1])
    return {key: sorted(hashes) for key, hashes in found.items()}


def _answers(url: str, other: str) -> tuple[int, int]:
    """How many answers were compared, and how many are not the same."""
    stores = [Store(where, seconds=60) for where in (url, other)]
    asked = otherwise = 0
    for viewer in (Viewer("root", role="admin"), Viewer("p1")):
        for query in SEARCHES:
            counted, *more = [facets(store, viewer, query) for store in stores]
            # which 500 of many matches are counted is left to PostgreSQL
            otherwise += not counted["truncated"] and more != [counted]
            cursor, asked = None, asked + 1
            for _ in range(_PAGES):
                page, *same = [search(store, viewer, query, cursor=cursor) for store in stores]
                asked, otherwise = asked + 1, otherwise + (same != [page])
                cursor = page["next_cursor"]
                if cursor is None:
                    break
    for store in stores:
        store.close()
    return asked, otherwise


class _Clock:
    def __init__(self, into: dict[str, float], name: str) -> None:
        self._into, self._name = into, name

    def __enter__(self) -> None:
        self._began = time.perf_counter()

    def __exit__(self, *_: object) -> None:
        self._into[self._name] = time.perf_counter() - self._began


def _database(urls: Urls, name: str) -> Urls:
    with psycopg.connect(urls.of("postgres").admin_url, autocommit=True) as admin:
        admin.execute(f"CREATE DATABASE {name} OWNER mdj_owner")
    upgrade(urls.of(name).owner_url)
    return urls.of(name)


@dataclass(frozen=True)
class _Item:
    seq: int
    ref: Ref
    actor: Identity
    at: datetime
    subject: str


class _Outbox:
    """Every document once, as after 100,000 saves that nobody was told of."""

    def __init__(self, refs: Sequence[Ref]) -> None:
        numbers = itertools.count(1)
        self._items = {
            n: _Item(n, ref, _PERSON, _BORN, "save") for n, ref in zip(numbers, refs, strict=False)
        }

    def pending(self, stage: str, limit: int = 1000) -> list[_Item]:
        return list(itertools.islice(self._items.values(), limit))

    def done(self, stage: str, seqs: Sequence[int]) -> None:
        for seq in seqs:
            del self._items[seq]

    def failed(self, stage: str, seqs: Sequence[int], error: str) -> None:
        raise RuntimeError(error)

    def waiting(self, stage: str) -> int:
        return len(self._items)


def _through_outbox(tree: Tree, urls: Urls, origin: Origin) -> None:
    refs = list(tree.documents())
    Random(7).shuffle(refs)
    sync = Sync(_Outbox(refs), Path(tree.root), urls.backend_url, origin)
    while sync.push():
        pass
    sync.stop()


def _primary_rows(urls: Urls) -> None:
    store, admin = Store(urls.owner_url), Viewer("root", role="admin")
    with store.transaction() as connection:
        found = connection.execute("SELECT project_id FROM project_detail ORDER BY 1 LIMIT 20").fetchall()
    for number, row in enumerate(found):
        roles.set_role(store, admin, row["project_id"], Identity(user_id=f"p{number % 5}"), "operator")
        born = lifecycle.birth(
            store,
            admin,
            project_id=row["project_id"],
            metadata={"note": f"#n{number}"},
            idempotency_key=str(number),
        )
        lifecycle.death(store, admin, born["trial_id"], clean_exit=True)
    store.close()


def _dump(urls: Urls, path: Path) -> None:
    store = Store(urls.owner_url)
    dump(store, path)
    store.close()


def _connect(url: str) -> None:
    store = Store(url, seconds=60)
    Connector(store, batch=500).drain()
    store.close()


def _write_tree(root: Path, documents: int) -> int:
    """Projects with datasets of three files, nearly all documents being runs with tags and links; how many there are."""
    random = Random(5)
    written = 0
    projects = max(1, documents // 500)
    for p in range(projects):
        project = _id(random)
        place = f"p_{p}"
        written += _write(root, f"{place}/.metadata/project_descriptive.json", {
            "project_identifier": project, "project_title": f"Study {p}", "created_by": "ann",
            "created_date": "2026-01-02T03:04:05Z", "project_description_abstract": f"About #topic{p % 50}, see project:{project}",
        })  # fmt: skip
        for d in range(5):
            written += _write_dataset(
                root, f"{place}/d_{d}", project, random, max(1, -(-(documents // projects - 11) // 5))
            )
    return written


def _write_dataset(root: Path, place: str, project: str, random: Random, runs: int) -> int:
    dataset = _id(random)
    both = {
        "dataset_identifier": dataset,
        "associated_project_identifier": project,
        "created_by": "ann",
        "created_date": "2026-01-03T00:00:00Z",
    }
    files = [{
        "file_identifier": _id(random), "file_path": f"run/{n}.csv", "file_size_bytes": n, "checksum": f"{random.getrandbits(256):064x}",
        "file_extension": ".csv", "mime_type": "text/csv", "status": "present", "version_state": "V1", "file_modified_utc": "2026-01-03T00:00:00Z",
    } for n in range(3)]  # fmt: skip
    number = _write(root, f"{place}/.metadata/dataset_administrative.json", {**both, "dataset_title": place})
    number += _write(root, f"{place}/.metadata/dataset_structural.json", {**both, "file_descriptions": files})
    former = None
    for n in range(runs):
        run, born = _id(random), _BORN + timedelta(minutes=random.randrange(500_000))
        number += _write(root, f"{place}/.metadata/runs/{run}/experiment_contextual.json", {
            "experiment_identifier_run_id": run, "dataset_identifier_link": dataset, "created_by": "ann", "run_status": "complete",
            "experiment_template_type": "computational_workflow", "birth_timestamp": born.isoformat(),
            "death_timestamp": (born + timedelta(hours=1)).isoformat(), "clean_exit": n % 7 != 0,
            "experiment_name": f"run {n}", "quality_control_metrics": {"rin": round(random.uniform(1, 10), 1)},
            "notes": f"#batch{n % 30} #calibration" + (f" after trial:{former}" if former else ""),
        })  # fmt: skip
        former = run
    return number


def _write(root: Path, path: str, content: dict[str, Any]) -> int:
    file = root / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps(content), encoding="utf-8")
    return 1


def _id(random: Random) -> str:
    return str(uuid.UUID(int=random.getrandbits(128), version=4))
