"""How long saves and sign-ins take through the gateway while PostgreSQL is in trouble, against the same run's idle ones."""

import contextlib
import json
import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import psycopg

from benchmarks.store_faults.kinds import Kind, Site, small_disk
from benchmarks.store_faults.served import Served, until
from benchmarks.store_faults.wire import Wire
from mdjourney_backend.layout import Layout
from mdjourney_backend.leader import read_marker
from mdjourney_backend.sync import rebuild
from mdjourney_backend.tree import Tree
from mdjourney_store.embedded import EmbeddedPostgres
from mdjourney_store.embedded.account import Account
from mdjourney_store.rows import Origin

_SAVES, _SIGN_INS = 18, 4


@dataclass
class Took:
    """Seconds of each, without and under the fault; `wrong`: what was not as it should be afterwards."""

    name: str
    saves: list[float] = field(default_factory=list)
    saves_idle: list[float] = field(default_factory=list)
    sign_ins: list[float] = field(default_factory=list)
    sign_ins_idle: list[float] = field(default_factory=list)
    recovered: list[float] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)


def through_http(kind: Kind, rounds: int) -> Took:
    """Blocks of saves and sign-ins in turns, without and with the fault.

    Raises:
        OSError: the fault cannot be made on this machine.
    """
    took = Took(kind.name)
    with _running(kind) as (served, site):
        for number in range(rounds):
            _block(served, f"idle {number}", took.saves_idle, took.sign_ins_idle)
            kind.begin(site)
            try:
                began = time.monotonic()
                while time.monotonic() - began < kind.seconds:
                    _block(served, f"under {number}", took.saves, took.sign_ins)
            finally:
                kind.end(site)
            ended = time.monotonic()
            until(lambda: served.waiting() == 0, 120, f"{kind.name}: everything told")
            took.recovered.append(time.monotonic() - ended)
        took.wrong = list(_wrong(served, site.server.urls().owner_url))
    return took


def _block(served: Served, words: str, saves: list[float], sign_ins: list[float]) -> None:
    for number in range(_SAVES):
        saves.append(served.save(f"{words} {number} {time.time_ns()} " + "words " * 300))
        if number % (_SAVES // _SIGN_INS) == 0:
            sign_ins.append(served.sign_in())


def _wrong(served: Served, url: str) -> Iterator[str]:
    marker = read_marker(served.tree)
    assert marker is not None
    origin = Origin(marker.tree_id, "bench", str(served.tree))
    changes = rebuild(Tree(served.tree, Layout()), url, origin, verify=True, dry_run=True)
    yield from (f"{number} rows of {table} differ from the files" for table, number in changes.rows.items())
    with psycopg.connect(url) as connection:
        twice = connection.execute(
            "SELECT rel_path, count(*) FROM document_event WHERE sha256 IS NOT NULL GROUP BY rel_path, sha256"
            " HAVING count(*) > 1"
        ).fetchall()
    yield from (f"{path}: one save was told {number} times" for path, number in twice)


@contextlib.contextmanager
def _running(kind: Kind) -> Iterator[tuple[Served, Site]]:
    base = Path(tempfile.mkdtemp(dir="/tmp", prefix="m"))
    base.chmod(0o755)
    with contextlib.ExitStack() as stack:
        stack.callback(shutil.rmtree, base, ignore_errors=True)
        if kind.wired:
            server = EmbeddedPostgres(base / "own", shared=base / "s")
            stack.callback(server.stop)
            wire = Wire(server.start().owner_url)
            stack.callback(wire.close)
            site = Site(server, wire)
            served = stack.enter_context(Served(base, wire.url))
        else:
            disk = stack.enter_context(small_disk(base / "disk")) if kind.on_small_disk else None
            if disk is not None:
                _place_on(disk, base / "h")
            served = stack.enter_context(Served(base))
            server = EmbeddedPostgres(served.home)
            wire = Wire(server.urls().owner_url)
            stack.callback(wire.close)
            site = Site(server, wire, disk)
        yield served, site


def _place_on(disk: Path, home: Path) -> None:
    """Have the embedded server of a home keep its data on that disk."""
    account = Account.choose()
    (home / "postgres").mkdir(parents=True, mode=0o700)
    base = disk / "base"
    base.mkdir(mode=0o700)
    os.chown(base, account.uid, account.gid)
    note = {"base": str(base), "sockets": str(base / "s")}
    (home / "postgres" / "place.json").write_text(json.dumps(note), encoding="utf-8")
