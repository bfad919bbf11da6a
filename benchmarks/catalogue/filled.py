"""Databases of a made-up lab on a server of the benchmark's own: filled once, kept for the next run where a folder is named."""

import json
import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import psycopg

from benchmarks.catalogue.data import Size, fill, grow_graph, rush, tidy
from benchmarks.results import Told
from mdjourney_store.embedded import EmbeddedPostgres, Urls
from mdjourney_store.migrate import upgrade

KEPT = "MDJOURNEY_BENCH_CATALOGUE"


@dataclass(frozen=True)
class Place:
    """A running server, and a folder for what this run leaves behind."""

    server: Urls
    folder: Path
    notes: Path

    def home(self, name: str) -> Path:
        """An empty home for a gateway."""
        home = self.folder / name
        home.mkdir(mode=0o700)
        return home


@dataclass(frozen=True)
class Filled:
    """A database, and how long it took to fill."""

    url: str
    told: Told


@contextmanager
def place_of(*, smoke: bool) -> Iterator[Place]:
    """The folder that is kept, or one that is gone afterwards."""
    kept = None if smoke else os.environ.get(KEPT)
    with ExitStack() as stack:
        folder = Path(tempfile.mkdtemp(dir="/tmp", prefix="m"))
        stack.callback(shutil.rmtree, folder)
        folder.chmod(0o711)
        lasting = Path(kept) if kept else folder
        lasting.mkdir(mode=0o711, parents=True, exist_ok=True)
        embedded = EmbeddedPostgres(lasting / "h", shared=lasting / "s", durable=not smoke)
        stack.callback(embedded.stop)
        yield Place(embedded.start(share=True), folder, lasting / "filled.json")


def filled(place: Place, size: Size, small: Size) -> tuple[Filled, Filled, Filled]:
    """The lab at full size, at a tenth, and at full size with more edges; those that are there as wanted are not made again."""
    notes: dict[str, Any] = json.loads(place.notes.read_text()) if place.notes.exists() else {}
    found = []
    for name, of in (("large", size), ("small", small)):
        wanted = {"size": asdict(of), "rushes": [list(one) for one in of.rushes]}
        if notes.get(name, {}).get("wanted") != wanted:
            _drop(place.server, "grown")
            notes = {k: v for k, v in notes.items() if k not in {name, "grown"}}
            notes[name] = {"wanted": wanted, **_fill(place.server, name, of)}
            place.notes.write_text(json.dumps(notes))
        # one that was kept may be of an older program
        upgrade(place.server.of(name).owner_url)
        found.append(_told(place.server, name, of, notes[name]))
    if "grown" not in notes:
        _copy(place.server, "large", "grown")
        grow_graph(place.server.of("grown").owner_url, size)
        notes["grown"] = True
        place.notes.write_text(json.dumps(notes))
    upgrade(place.server.of("grown").owner_url)
    for one in found:
        tidy(one.url)
    return found[0], found[1], Filled(place.server.of("grown").owner_url, found[0].told)


def _told(server: Urls, name: str, size: Size, note: dict[str, Any]) -> Filled:
    what = f"{size.trials:,} trials, {size.files:,} files, {note['megabytes']:.0f} MB of metadata: written and indexed"
    return Filled(server.of(name).owner_url, Told(what, note["seconds"], "s"))


def _fill(server: Urls, name: str, size: Size) -> dict[str, float]:
    _drop(server, name)
    with _admin(server) as admin:
        admin.execute(f"CREATE DATABASE {name} OWNER mdj_owner")
    url = server.of(name).owner_url
    upgrade(url)
    began = time.perf_counter()
    megabytes = fill(url, size)
    rush(url, size)
    with psycopg.connect(url) as connection:
        connection.execute("INSERT INTO user_detail (user_id, domain) VALUES ('researcher', 'local')")
        connection.execute(
            "INSERT INTO user_project_role_linking (user_id, domain, project_id, role)"
            " SELECT 'researcher', 'local', project_id, 'operator' FROM project_detail ORDER BY project_id LIMIT 5"
        )
    return {"megabytes": megabytes, "seconds": time.perf_counter() - began}


def _drop(server: Urls, name: str) -> None:
    with _admin(server) as admin:
        admin.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


def _copy(server: Urls, source: str, name: str) -> None:
    _drop(server, name)
    with _admin(server) as admin:
        admin.execute(f"CREATE DATABASE {name} TEMPLATE {source} OWNER mdj_owner STRATEGY FILE_COPY")


@contextmanager
def _admin(server: Urls) -> Iterator[psycopg.Connection[Any]]:
    with psycopg.connect(server.of("postgres").admin_url, autocommit=True) as connection:
        yield connection
