"""What the journal keeps for history, and what a full or failing disk does to it."""

import os
import sqlite3
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from mdjourney_backend.changes import Pieces, Ref, Write
from mdjourney_backend.history import Batch
from mdjourney_backend.inbox import Inbox
from mdjourney_backend.journal import Journal, Pending
from mdjourney_backend.journal.contents import INLINE
from mdjourney_backend.leader import Leadership
from mdjourney_backend.pipeline.recording import Recording, batches, message
from mdjourney_contract import tracing
from mdjourney_contract.people import SYSTEM, Identity
from mdjourney_contract.problems import DiskFull

LARGE = b"x" * (INLINE + 1)
AT = datetime(2026, 11, 1, tzinfo=UTC)
ADA = Identity(user_id="ada", name="Ada Lovelace")


def written(content: bytes | Pieces, path: str = "p_A/.metadata/a.json", actor: Identity = SYSTEM) -> Write:
    import hashlib

    sha256 = hashlib.sha256(bytes(content)).hexdigest()
    return Write(Ref("a", path), content, sha256, None, actor, AT, "s")


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "home"


def opened(home: Path) -> Journal:
    return Journal.open(home / "journal.sqlite")


def kept(home: Path) -> list[str]:
    folder = home / "contents"
    return sorted(p.name for p in folder.iterdir()) if folder.is_dir() else []


class Recorder:
    """Remembers commits; may refuse them."""

    def __init__(self) -> None:
        self.commits: list[dict[str, bytes | None]] = []

    def commit(self, batch: Batch) -> str:
        told = {p: c.read_bytes() if isinstance(c, Path) else c for p, c in batch.files.items()}
        self.commits.append(told)
        return "c"

    def give_back(self) -> None:
        """It holds nothing."""

    def problem(self) -> None:
        return None


def recording(home: Path, journal: Journal, recorder: Any) -> Recording:
    return Recording(home, journal, recorder, lambda: None)


def test_a_large_content_is_kept_beside_the_journal_until_it_is_committed(home: Path) -> None:
    journal, recorder = opened(home), Recorder()
    journal.written(written(Pieces((LARGE, memoryview(b"end")))))
    journal.written(written(b"small", "p_A/.metadata/b.json"))
    large, small = journal.pending("history")
    assert (large.content, small.content, small.kept) == (None, b"small", None)
    assert large.kept is not None
    assert large.kept.read_bytes() == LARGE + b"end"
    assert large.kept.stat().st_mode & 0o777 == 0o600
    journal.close()
    journal = opened(home)  # the process was killed and came again
    assert kept(home) == [large.sha256]
    recording(home, journal, recorder).drain()
    assert recorder.commits == [{large.ref.path: LARGE + b"end", small.ref.path: b"small"}]
    assert kept(home) == []
    assert journal.waiting("sync") == 2
    assert [row.content for row in journal.pending("sync")] == [None, None]


def test_two_saves_of_the_same_bytes_share_what_is_kept(home: Path) -> None:
    journal, recorder = opened(home), Recorder()
    journal.written(written(LARGE, actor=ADA))
    journal.written(written(LARGE, "p_A/.metadata/b.json", actor=Identity(user_id="bob")))
    assert len(kept(home)) == 1
    recording(home, journal, recorder).drain()
    assert [list(c.values()) for c in recorder.commits] == [[LARGE], [LARGE]]


def test_what_a_power_failure_left_of_a_kept_content_is_not_committed(home: Path) -> None:
    journal, recorder = opened(home), Recorder()
    write = written(LARGE)
    journal.written(write)
    journal.close()
    (home / "contents" / write.sha256).write_bytes(b"")
    journal = opened(home)
    lies = home / write.ref.path
    lies.parent.mkdir(parents=True)
    lies.write_bytes(LARGE)
    recording(home, journal, recorder).drain()
    assert recorder.commits == [{write.ref.path: LARGE}]


def test_what_was_kept_for_nobody_goes_at_the_next_start(home: Path) -> None:
    opened(home).close()
    (home / "contents").mkdir()
    (home / "contents" / "0123").write_bytes(b"x")
    (home / "contents" / ".half").write_bytes(b"x")
    opened(home).close()
    assert kept(home) == []


def test_a_full_disk_under_the_journal_is_told_and_loses_nothing(home: Path) -> None:
    journal = opened(home)
    journal.written(written(b"before"))
    journal._database._connection.execute("PRAGMA max_page_count = 20")
    large = written(b"y" * 200_000)
    with pytest.raises(DiskFull):
        journal.written(large)
    assert journal.pending("history")[0].content == b"before"
    journal._database._connection.execute("PRAGMA max_page_count = 1000000")
    journal.written(written(b"after"))
    assert journal.pending("history")[-1].content == b"after"
    journal.close()


def test_a_journal_whose_disk_fails_is_not_set_aside(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    opened(home).close()

    def fails(*_a: object, **_k: object) -> sqlite3.Connection:
        exc = sqlite3.OperationalError("database or disk is full")
        exc.sqlite_errorcode = sqlite3.SQLITE_FULL
        raise exc

    with monkeypatch.context() as patched:
        patched.setattr(sqlite3, "connect", fails)
        with pytest.raises(DiskFull):
            opened(home)
    assert [p.name for p in home.iterdir() if "corrupt" in p.name] == []
    (home / "journal.sqlite").write_bytes(b"no database at all" * 100)
    opened(home).close()
    assert len([p for p in home.iterdir() if "corrupt" in p.name]) == 1


def test_people_are_known_by_name_after_their_first_save(home: Path) -> None:
    journal = opened(home)
    journal.written(written(b"x", actor=ADA))
    journal.close()
    assert opened(home).person("ada") == ADA
    assert opened(home).person("eve") == Identity(user_id="eve")


def row(seq: int, actor: Identity, at: datetime, subject: str) -> Pending:
    return Pending(seq, Ref("a", f"{seq}"), b"", actor, at, subject, "")


def test_what_was_saved_as_one_becomes_one_commit() -> None:
    later = AT.replace(minute=1)
    rows = [
        row(1, ADA, AT, "2 documents: x"),
        row(2, ADA, AT, "2 documents: x"),
        row(3, ADA, later, "2 documents: x"),
        row(4, ADA, later, "y"),
        row(5, SYSTEM, AT, "a"),
        row(6, SYSTEM, later, "b"),
    ]
    assert [[r.seq for r in run] for run in batches(rows)] == [[1, 2], [3], [4], [5, 6]]
    assert message(rows[:2]) == ("2 documents: x", "")
    assert message(rows[4:]) == ("a (and 1 more changes)", "b")
    assert message([row(n, SYSTEM, AT, f"s{n}") for n in range(200)])[1].splitlines()[-2:] == [
        "s100",
        "and 99 more",
    ]


def test_a_leader_clears_what_killed_ones_left_half_written(tmp_path: Path, site: Any) -> None:
    first = Leadership(site.root, site.config(), site.home)
    ours = site.root / ".mdjourney"
    host = os.uname().nodename
    left = ours / f".marker.json.{host}.999999999.{'a' * 32}"
    mine = ours / f".marker.json.{host}.{os.getpid()}.{'a' * 32}"
    elsewhere = ours / f".marker.json.another-host.999999999.{'a' * 32}"
    theirs = ours / f".notes.{host}.999999999.{'a' * 32}"
    peer = first.journal_dir / f".peer.json.{host}.999999999.{'b' * 32}"
    intent = ours / f"inbox/.{'1' * 20}-{'c' * 32}.json.{host}.999999999.{'d' * 32}"
    intent.parent.mkdir()
    first.journal_dir.mkdir(parents=True, exist_ok=True)
    for path in (left, mine, elsewhere, theirs, peer, intent):
        path.write_text("{}")
    assert first.acquire(lambda: None)
    first.release()
    assert [p.exists() for p in (left, peer, intent)] == [False, False, False]
    assert [p.exists() for p in (mine, elsewhere, theirs)] == [True, True, True]


def test_marks_of_a_follower_share_a_request_until_it_was_heard(tmp_path: Path) -> None:
    inbox = Inbox(tmp_path)
    for _ in range(5):
        inbox.mark()
    (first,) = inbox.take()
    heard = inbox.taken(first)
    assert inbox.is_open(first.path.name)
    inbox.mark()
    assert len(inbox.names()) == 2
    inbox.done(heard)
    assert not inbox.is_open(first.path.name)


def test_a_write_names_the_request_behind_it_as_far_as_history(
    home: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO")
    token = tracing.request_id.set("r-17")
    try:
        write = written(b"x", actor=ADA)
    finally:
        tracing.request_id.reset(token)
    inbox = Inbox(tmp_path)
    inbox.written(write)
    (intent,) = inbox.take()
    assert intent.write == write
    journal = opened(home)
    journal.written(write)
    journal.written(written(b"y", "p_A/.metadata/b.json"))
    assert [row.request_id for row in journal.pending("history")] == ["r-17", ""]
    recording(home, journal, Recorder()).drain()
    assert any("r-17" in line for line in caplog.messages)


def test_a_journal_made_before_requests_were_named_is_read_on(home: Path) -> None:
    journal = opened(home)
    journal.written(written(b"x"))
    journal.close()
    with sqlite3.connect(home / "journal.sqlite") as connection:
        connection.execute("ALTER TABLE outbox DROP COLUMN request_id")
    connection.close()
    assert [row.content for row in opened(home).pending("history")] == [b"x"]
