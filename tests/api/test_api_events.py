"""Events are resumed where they were left: over a restart, over a change of the leader, or it is said that they cannot."""

import itertools
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import orjson
import pytest
from api.conftest import ADA, launch
from harness.waiting import until

from mdjourney_backend.api.events import Listener
from mdjourney_backend.assembly import Backend
from mdjourney_backend.changes import Edit
from mdjourney_backend.documents import editing
from mdjourney_backend.layout import project_ref
from mdjourney_backend.pipeline.status import Progress

pytestmark = pytest.mark.anyio

_ports = itertools.count(1)


@pytest.fixture
def opened(root: Path, tmp_path: Path) -> Iterator[Callable[..., Backend]]:
    """Backends on one tree; each is stopped at the end."""
    made: list[Backend] = []

    def start(home: str = "home") -> Backend:
        backend = Backend(launch(root, tmp_path / home, watch="off", history={"git": False, "dvc": False}))
        made.append(backend)
        backend.start("127.0.0.1", next(_ports))
        return backend

    yield start
    for backend in made:
        backend.stop()


def listener(backend: Backend, last: str | None = None) -> Listener:
    return Listener(backend, backend.roles.rights(ADA), last)


def save(backend: Backend, title: str) -> None:
    ref = project_ref("p_Heat")
    edit = Edit(ref, editing.set_fields(ref.kind, {"/project_title": title}), title)
    backend.documents.apply(edit, actor=ADA)


def read(blocks: list[bytes]) -> list[tuple[str | None, str | None, Any]]:
    """Id, kind and data of each event."""
    found = []
    for block in blocks:
        lines = dict(line.split(": ", 1) for line in block.decode().strip().splitlines())
        data = orjson.loads(lines["data"]) if "data" in lines else None
        found.append((lines.get("id"), lines.get("event"), data))
    return found


def titles(blocks: list[bytes]) -> list[str]:
    return [data["subject"] for _, kind, data in read(blocks) if kind == "document"]


def begun(backend: Backend) -> tuple[Listener, str]:
    """A listener that came now, and the id it could resume from."""
    hearing = listener(backend)
    ((place, kind, _),) = read(hearing.news())
    assert kind is None, "nothing has happened yet"
    assert place is not None
    return hearing, place


def test_who_listens_is_told_of_a_save_and_can_resume_after_it(opened: Callable[..., Backend]) -> None:
    backend = opened()
    backend.rescan()
    hearing, place = begun(backend)
    save(backend, "one")
    save(backend, "two")
    told = read(hearing.news())
    assert [d["subject"] for _, _, d in told] == ["one", "two"]
    assert titles(listener(backend, place).news()) == ["one", "two"], "nothing was seen: nothing is lost"
    assert titles(listener(backend, told[0][0]).news()) == ["two"]
    assert hearing.news() == []


def test_events_go_on_after_a_restart(opened: Callable[..., Backend]) -> None:
    first = opened()
    first.rescan()
    _, place = begun(first)
    save(first, "before the end")
    first.stop()
    second = opened()
    until(lambda: second.leading is not None)
    save(second, "after it")
    assert titles(listener(second, place).news()) == ["before the end", "after it"]


def test_events_go_on_when_another_backend_takes_the_lead(opened: Callable[..., Backend]) -> None:
    first, second = opened(), opened()
    first.rescan()
    assert second.leading is None
    _, place = begun(first)
    save(first, "under the first")
    early = listener(second)  # came while it followed, and its leader could not be asked
    assert early.news() == []
    first.stop()
    until(lambda: second.leading is not None)
    save(second, "under the second")
    assert titles(listener(second, place).news()) == ["under the first", "under the second"]
    assert titles(early.news()) == [], "it wants what comes from now on, not all that ever happened"
    save(second, "later")
    assert titles(early.news()) == ["later"]


def test_a_leader_on_another_machine_says_that_something_was_missed(opened: Callable[..., Backend]) -> None:
    first = opened()
    first.rescan()
    _, place = begun(first)
    first.stop()
    second = opened("another home")
    until(lambda: second.leading is not None)
    until(lambda: second.leading is not None and second.leading.health()["in_step"])
    ((resume, kind, _),) = read(listener(second, place).news())
    assert kind == "missed"
    save(second, "on")
    assert titles(listener(second, resume).news()) == ["on"]


def test_what_is_not_kept_any_more_is_missed(opened: Callable[..., Backend]) -> None:
    backend = opened()
    backend.rescan()
    _, place = begun(backend)
    for number in range(4):
        save(backend, f"{number}")
    leading = backend.leading
    assert leading is not None
    database: Any = leading.journal.events._database
    with database.transaction() as connection:
        connection.execute("DELETE FROM events WHERE seq < ?", (leading.journal.events.last() - 1,))
    assert [kind for _, kind, _ in read(listener(backend, place).news())] == ["missed"]
    assert titles(listener(backend, f"{leading.journal_id}-{leading.journal.events.last() - 2}").news()) == [
        "2",
        "3",
    ]


@pytest.mark.parametrize("given", ["7", "x", "", "²", "9" * 5000, "0" * 16 + "-" + "9" * 30, "0" * 16 + "-1"])
def test_an_id_of_nobody_is_missed_and_no_fault(opened: Callable[..., Backend], given: str) -> None:
    backend = opened()
    backend.rescan()
    assert [kind for _, kind, _ in read(listener(backend, given).news())] == ["missed"]
    leading = backend.leading
    assert leading is not None
    beyond = f"{leading.journal_id}-{leading.journal.events.last() + 5}"
    assert [kind for _, kind, _ in read(listener(backend, beyond).news())] == ["missed"]


def test_how_far_ingest_has_come_is_told_while_it_goes_on(
    opened: Callable[..., Backend], monkeypatch: pytest.MonkeyPatch
) -> None:
    backend = opened()
    backend.rescan()
    leading = backend.leading
    assert leading is not None
    well: dict[str, Any] = {"available": True, "pipeline": None, "history": None, "sync": None}
    away = well | {"sync": "the store is away"}
    going = Progress(2, 10, 20, 100, 4.0, 2.0)
    answers = iter([(None, well), (going, well), (going, well), (None, away)])
    monkeypatch.setattr(leading, "pulse", lambda: next(answers))
    hearing = listener(backend)
    told = [read(hearing.pulse()) for _ in range(4)]
    assert told[0] == []
    ((place, kind, data),) = told[1]
    assert (place, kind) == (None, "ingest"), "it has no id: it tells of now"
    assert data["progress"]["files_done"] == 2
    assert told[2] == []
    assert told[3] == [(None, "ingest", {"progress": None}), (None, "health", away)]


def test_what_is_wrong_is_told_as_health_says_it(opened: Callable[..., Backend]) -> None:
    backend = opened()
    backend.rescan()
    leading = backend.leading
    assert leading is not None
    progress, troubles = leading.pulse()
    health = leading.health()
    assert progress is None
    assert troubles == {"available": True, "pipeline": None, "history": None, "sync": None}
    assert health["pipeline"]["problem"] is None


async def test_a_stream_ends_when_another_backend_leads(opened: Callable[..., Backend]) -> None:
    """So that who listens asks again, and is passed on to the leader."""
    from mdjourney_backend.api.events import _stream

    backend = opened()
    backend.rescan()

    class Here:
        async def is_disconnected(self) -> bool:
            return False

    backend.leader_elsewhere = lambda: backend._peer  # type: ignore[method-assign]  # as after the lead was lost
    blocks = [block async for block in _stream(Here(), backend, listener(backend))]  # type: ignore[arg-type]  # all it asks
    (only,) = blocks
    assert only.startswith(b"retry: 1000\n\nid: ")
