"""People who save and instruments that record, on one tree and one store: what they do, and whether it all arrived."""

import contextlib
import hashlib
import json
import time
import uuid
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from random import Random
from typing import Any, Literal

import psycopg
from psycopg.rows import dict_row

from mdjourney_backend.changes import Edit, Ref, Write
from mdjourney_backend.documents import Documents
from mdjourney_backend.journal import Journal
from mdjourney_backend.schemas import SchemaManager
from mdjourney_backend.sync import Sync
from mdjourney_contract.people import Identity
from mdjourney_contract.problems import Unavailable
from mdjourney_store import lifecycle
from mdjourney_store.clean import clean
from mdjourney_store.connection import Store
from mdjourney_store.rows import Origin
from mdjourney_store.viewer import Viewer

_PERSON = Identity(user_id="bench")
_PROJECTS = 30


class Desk:
    """A tree of projects with its journal and its sync, as in a leader; births go to the store as through the catalogue.

    Args:
        url: the owner's URL, through the wire where the fault sits there.
        inline: the control: a save tells the store before it answers.
        keyed: False: the control: births without idempotency keys.
    """

    def __init__(self, base: Path, url: str, *, inline: bool = False, keyed: bool = True) -> None:
        self.root = base / "tree"
        self.root.mkdir(parents=True)
        self._inline, self._keyed = inline, keyed
        self.journal = Journal.open(base / "journal.sqlite", ("sync",))
        origin = Origin(str(uuid.uuid4()), "bench", str(self.root), _PERSON)
        self.sync = Sync(self.journal, self.root, url, origin, seconds=2)
        self._store = Store(url, size=2, seconds=2)
        self._documents = Documents(self.root, SchemaManager(self.root), self)
        self._refs: list[Ref] = []
        self._owed: dict[str, int] = {}
        self.births = 0
        for number in range(_PROJECTS):
            ref = Ref("project_descriptive", f"p_{number}/.metadata/project_descriptive.json")
            (self.root / ref.path).parent.mkdir(parents=True)
            first = {"project_identifier": str(uuid.uuid4()), "project_title": "new"}
            self._documents.create(ref, first, actor=_PERSON, subject="bench")
            self._refs.append(ref)
        if not inline:
            self.sync.start()

    def written(self, write: Write) -> None:
        """The sink of saves."""
        self.journal.written(write)
        if self._inline:
            with contextlib.suppress(Unavailable):
                self.sync.push()
        else:
            self.sync.poke()

    def close(self) -> None:
        """End; nothing is drained."""
        self.sync.stop(0)
        self._store.close()
        self.journal.close()

    def save(self, random: Random) -> float:
        """One person's save of 8 kB, in seconds."""
        text = f"{random.random()} " + "words " * 1300
        began = time.perf_counter()
        self._documents.apply(
            Edit(
                random.choice(self._refs),
                lambda c: {**(c or {}), "project_description_abstract": text},
                "save",
            ),
            actor=_PERSON,
        )
        return time.perf_counter() - began

    def record(self) -> None:
        """One instrument's birth of a trial; told again by `settle` until an answer comes."""
        self._owed[str(uuid.uuid4())] = self.births
        self.births += 1
        with contextlib.suppress(Unavailable):
            self._tell()

    def _tell(self) -> None:
        for key, number in list(self._owed.items()):
            given = key if self._keyed else None
            lifecycle.birth(
                self._store, Viewer("bench", role="admin"), metadata={"n": number}, idempotency_key=given
            )
            self._owed.pop(key, None)

    def settle(self, seconds: float) -> bool:
        """Wait until the store was told everything; False when it was not by then."""
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            with contextlib.suppress(Unavailable):
                self._tell()
                if self._inline:
                    self.sync.push()
                if not self.journal.waiting("sync") and not self._owed:
                    return True
            time.sleep(0.05)
        return False

    def wrong(self, url: str) -> Iterator[str]:
        """Where rows and files differ, and what is there twice."""
        with psycopg.connect(url, row_factory=dict_row, connect_timeout=10) as connection:
            known = {
                row["rel_path"]: row["sha256"]
                for row in connection.execute("SELECT rel_path, sha256 FROM metadata_document").fetchall()
            }
            details = {
                row["rel_path"]: row["details"]
                for row in connection.execute("SELECT rel_path, details FROM project_detail").fetchall()
            }
            for ref in self._refs:
                raw = (self.root / ref.path).read_bytes()
                if known.pop(ref.path, None) != hashlib.sha256(raw).hexdigest():
                    yield f"{ref.path}: the store was told something else"
                if details.get(ref.path) != clean(json.loads(raw)):
                    yield f"{ref.path}: project_detail differs"
            yield from (f"{path} is no file" for path in known)
            twice = connection.execute(
                "SELECT rel_path, count(*) AS n FROM document_event GROUP BY rel_path, sha256 HAVING count(*) > 1"
            ).fetchall()
            yield from (f"{row['rel_path']}: one save was told {row['n']} times" for row in twice)
            yield from self._wrong_births(connection)

    def _wrong_births(self, connection: psycopg.Connection[Any]) -> Iterator[str]:
        found = connection.execute(
            "SELECT (metadata ->> 'n')::int AS n FROM trial_detail WHERE recorded_by = 'api'"
        ).fetchall()
        numbers = Counter(row["n"] for row in found)
        yield from (f"trial {n} is there {count} times" for n, count in numbers.items() if count > 1)
        yield from (f"trial {n} is not there" for n in range(self.births) if n not in numbers)
        events = connection.execute("SELECT count(*) AS n FROM trial_event WHERE event = 'birth'").fetchone()
        if events is not None and events["n"] != len(found):
            yield f"{events['n']} births were noted of {len(found)} trials"


Phase = Literal["idle", "fault"]


def timed(desk: Desk, random: Random, seconds: float, pause: float = 0.01) -> Sequence[float]:
    """Saves for so long, a breath between them."""
    until = time.monotonic() + seconds
    took = []
    while time.monotonic() < until:
        took.append(desk.save(random))
        time.sleep(pause)
    return took
