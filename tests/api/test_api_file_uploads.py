"""Uploads that are too large, break off, come twice, or wait too long: refused at once, resumed, or gone."""

import asyncio
import contextlib
import fcntl
import os
import socket
import threading
import time
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import httpx
import pytest
from api.conftest import Child, Ids, headers, launch
from harness.waiting import until

from mdjourney_backend import uploads
from mdjourney_backend.api import uploads as door
from mdjourney_backend.uploads import Upload
from mdjourney_contract.launch import Launch
from mdjourney_contract.problems import Conflict

pytestmark = pytest.mark.anyio
TERA = 1 << 42


@pytest.fixture
def folder(root: Path) -> Path:
    return root / "p_Heat/first set"


def url(ids: Ids, path: str) -> str:
    return f"/api/v1/datasets/{ids.dataset}/upload/{path}"


def lies_in(folder: Path) -> set[str]:
    return {str(p.relative_to(folder)) for p in folder.rglob("*") if ".metadata" not in p.parts}


async def part(
    ada: httpx.AsyncClient, ids: Ids, path: str, data: bytes, first: int, total: int
) -> httpx.Response:
    told = {"Content-Range": f"bytes {first}-{first + len(data) - 1}/{total}"}
    return await ada.put(url(ids, path), content=data, headers=told)


async def ask(ada: httpx.AsyncClient, ids: Ids, path: str, total: int) -> httpx.Response:
    return await ada.put(url(ids, path), headers={"Content-Range": f"bytes */{total}"})


@pytest.fixture
def child(root: Path, home: Path, children: Callable[[Launch], Child]) -> Child:
    return children(launch(root, home, watch="off", history={"git": False, "dvc": False}))


def dataset_of(child: Child) -> str:
    until(lambda: child.http.get("/api/v1/health").status_code == 200, 60)
    child.http.post("/api/v1/rescan")
    (project,) = child.http.get("/api/v1/projects").json()["items"]
    (dataset,) = child.http.get(f"/api/v1/projects/{project['project_id']}/datasets").json()["items"]
    return str(dataset["dataset_id"])


def announce(child: Child, dataset: str, path: str, *lines: str) -> socket.socket:
    """A request whose body never comes."""
    sent = {**headers(), "Host": "x", **dict(line.split(": ") for line in lines)}
    head = "".join(f"{name}: {value}\r\n" for name, value in sent.items())
    opened = socket.create_connection(("127.0.0.1", child.port), timeout=30)
    opened.sendall(f"PUT /api/v1/datasets/{dataset}/upload/{path} HTTP/1.1\r\n{head}\r\n".encode())
    return opened


def test_four_terabytes_are_refused_at_once_though_no_byte_comes(child: Child, folder: Path) -> None:
    dataset = dataset_of(child)
    before = lies_in(folder)
    for lines in (
        (f"Content-Length: {TERA}",),
        ("Content-Length: 10", f"Content-Range: bytes 0-9/{TERA}"),
        (f"Content-Length: {TERA}", f"Content-Range: bytes 0-{TERA - 1}/{TERA}"),
    ):
        began = time.monotonic()
        with announce(child, dataset, "new/huge.bin", *lines) as opened:
            answer = opened.recv(4096)
        assert answer.startswith(b"HTTP/1.1 413 "), answer
        assert time.monotonic() - began < 25, "it did not wait for the body"
    assert lies_in(folder) == before


async def test_a_file_above_the_limit_or_the_free_space_leaves_nothing(
    ada: httpx.AsyncClient, ids: Ids, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = lies_in(folder)
    monkeypatch.setattr(uploads, "LIMIT", 5)
    assert (await ada.put(url(ids, "new/six.bin"), content=b"123456")).status_code == 413

    async def unannounced() -> AsyncIterator[bytes]:
        for _ in range(6):
            yield b"x"

    assert (await ada.put(url(ids, "new/six.bin"), content=unannounced())).status_code == 413
    monkeypatch.undo()
    monkeypatch.setattr(uploads, "RESERVE", 1 << 60)
    assert (await ada.put(url(ids, "new/six.bin"), content=b"123456")).status_code == 507
    assert (await part(ada, ids, "new/six.bin", b"123", 0, 6)).status_code == 507
    assert lies_in(folder) == before


async def test_a_disk_that_fills_up_under_an_upload_of_unknown_length_ends_it(
    ada: httpx.AsyncClient, ids: Ids, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = lies_in(folder)
    monkeypatch.setattr(uploads, "_LOOK_EVERY", 4)

    async def growing() -> AsyncIterator[bytes]:
        yield b"12345678"
        monkeypatch.setattr(uploads, "RESERVE", 1 << 60)
        yield b"12345678"

    assert (await ada.put(url(ids, "new/x.bin"), content=growing())).status_code == 507
    assert lies_in(folder) == before


async def test_an_upload_as_a_whole_that_breaks_off_leaves_nothing(
    ada: httpx.AsyncClient, ids: Ids, folder: Path
) -> None:
    before = lies_in(folder)

    async def breaks_off() -> AsyncIterator[bytes]:
        yield b"some"

    answer = await ada.put(
        url(ids, "new/deep/x.bin"), content=breaks_off(), headers={"Content-Length": "100"}
    )
    assert answer.status_code == 400
    assert lies_in(folder) == before


def test_a_lost_connection_leaves_nothing_of_a_whole_and_keeps_a_part(child: Child, folder: Path) -> None:
    dataset = dataset_of(child)
    before = lies_in(folder)
    with announce(child, dataset, "gone/x.bin", "Content-Length: 1000") as opened:
        opened.sendall(b"some")
        until(lambda: (folder / "gone").exists())
    until(lambda: lies_in(folder) == before, why="nothing being left")
    with announce(
        child, dataset, "kept/x.bin", "Content-Length: 1000", "Content-Range: bytes 0-999/2000"
    ) as opened:
        opened.sendall(b"some")
        until(lambda: any(p.stat().st_size == 4 for p in folder.glob("kept/.*")))
    told = {"Content-Range": "bytes */2000"}

    def asked() -> httpx.Response:
        return child.http.put(f"/api/v1/datasets/{dataset}/upload/kept/x.bin", headers=told)

    until(lambda: asked().status_code == 202, why="the lost one letting go")
    assert asked().json() == {"received": 4, "total": 2000}
    left = child.http.delete(f"/api/v1/datasets/{dataset}/upload/kept/x.bin")
    assert left.status_code == 204
    assert not any((folder / "kept").iterdir())


async def test_a_body_that_does_not_go_on_is_given_up_and_can_be_gone_on_with(
    ada: httpx.AsyncClient, ids: Ids, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(door, "PATIENCE", 0.2)

    async def stalls() -> AsyncIterator[bytes]:
        yield b"some"
        await asyncio.Event().wait()

    answer = await ada.put(
        url(ids, "x.bin"), content=stalls(), headers={"Content-Range": "bytes 0-9/10", "Content-Length": "10"}
    )
    assert answer.status_code == 408
    assert (await ask(ada, ids, "x.bin", 10)).json()["received"] == 4
    monkeypatch.undo()
    assert (await part(ada, ids, "x.bin", b"things", 4, 10)).status_code == 201


async def test_a_range_that_was_cut_short_is_gone_on_with_where_it_broke(
    ada: httpx.AsyncClient, ids: Ids, folder: Path
) -> None:
    data = os.urandom(300_000)
    assert (await part(ada, ids, "deep/er/x.bin", data[:100_000], 0, len(data))).status_code == 202
    at = (await ask(ada, ids, "deep/er/x.bin", len(data))).json()["received"]
    while at < len(data):
        answer = await part(ada, ids, "deep/er/x.bin", data[at : at + 77_777], at, len(data))
        at = answer.json()["received"]
    assert (folder / "deep/er/x.bin").read_bytes() == data
    assert [p.name for p in (folder / "deep/er").iterdir()] == ["x.bin"]
    again = await ask(ada, ids, "deep/er/x.bin", len(data))
    assert (again.status_code, again.json()["existing"]) == (409, {"size": len(data)})


async def test_asking_for_what_is_not_there_makes_nothing(
    ada: httpx.AsyncClient, ids: Ids, folder: Path
) -> None:
    before = lies_in(folder)
    for path in ("new/x.bin", "x.bin"):
        answer = await ask(ada, ids, path, 10)
        assert (answer.status_code, answer.json()["received"]) == (202, 0)
        assert (await ada.delete(url(ids, path))).status_code == 204
    assert lies_in(folder) == before


async def test_giving_up_never_touches_a_file_that_is_there(
    ada: httpx.AsyncClient, ids: Ids, folder: Path
) -> None:
    assert (await ada.delete(url(ids, "a.csv"))).status_code == 409
    assert (folder / "a.csv").read_text() == "x,y\n1,2\n"


async def test_two_at_once_are_never_mixed(ada: httpx.AsyncClient, ids: Ids, folder: Path) -> None:
    started = asyncio.Event()
    finish = asyncio.Event()

    async def slow() -> AsyncIterator[bytes]:
        yield b"a" * 1000
        started.set()
        await finish.wait()
        yield b"a" * 1000

    first = asyncio.create_task(ada.put(url(ids, "x.bin"), content=slow()))
    await started.wait()
    second = await ada.put(url(ids, "x.bin"), content=b"b" * 2000)
    assert (second.status_code, second.headers["Retry-After"]) == (409, "5")
    finish.set()
    assert (await first).status_code == 201
    assert (folder / "x.bin").read_bytes() == b"a" * 2000


def test_whoever_comes_just_when_another_gives_up_does_not_write_into_nowhere(root: Path) -> None:
    """Each opens, writes and ends at once, by turns and together: what has the name is always whole."""
    place, ended, whole = "p_Heat/first set", [], []

    def one(letter: bytes) -> None:
        for i in range(60):
            item = Upload(root, place, "x.bin", mode="whole", total=2000)
            with contextlib.suppress(Conflict):
                item.open()
                try:
                    item.write(letter * 1000)
                    if i % 2:
                        item.write(letter * 1000)
                        if item.finish():
                            whole.append((root / place / "x.bin").read_bytes() == letter * 2000)
                            (root / place / "x.bin").unlink()
                finally:
                    item.close()
        ended.append(letter)

    threads = [threading.Thread(target=one, args=(letter,)) for letter in (b"a", b"b", b"c", b"d")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(ended) == 4, "none ended with an error"
    assert whole
    assert all(whole)
    assert not [p for p in (root / place).iterdir() if p.name.endswith(".upload.part")]


def test_a_part_that_its_holder_removed_while_another_waited_is_begun_anew(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = root / "p_Heat/first set"
    locked = fcntl.flock
    removed: list[Path] = []

    def as_its_holder_gives_up(fd: int, how: int) -> None:
        if not removed:
            (held,) = place.glob(".*.upload.part")
            held.unlink()
            removed.append(held)
        locked(fd, how)

    monkeypatch.setattr(fcntl, "flock", as_its_holder_gives_up)
    item = Upload(root, "p_Heat/first set", "x.bin", mode="whole", total=3).open()
    try:
        item.write(b"abc")
        assert item.finish()
    finally:
        item.close()
    assert (place / "x.bin").read_bytes() == b"abc"


async def test_long_names_that_differ_at_their_ends_do_not_share_a_part(
    ada: httpx.AsyncClient, ids: Ids, folder: Path
) -> None:
    one, two = "é" * 120 + "1.bin", "é" * 120 + "2.bin"
    assert (await part(ada, ids, one, b"1", 0, 2)).status_code == 202
    assert (await part(ada, ids, two, b"2", 0, 2)).status_code == 202
    assert (await part(ada, ids, one, b"1", 1, 2)).status_code == 201
    assert (folder / one).read_bytes() == b"11"
    for name in ("x" * 256, "é" * 128, "new/" + "y" * 300 + "/x"):
        assert (await ada.put(url(ids, name), content=b"x")).status_code == 400
        assert (await ada.delete(url(ids, name))).status_code == 400


async def test_parts_that_nobody_went_on_with_for_a_week_go_with_the_next_upload(
    ada: httpx.AsyncClient, ids: Ids, folder: Path
) -> None:
    await part(ada, ids, "old.bin", b"1", 0, 2)
    (left,) = folder.glob(".*.upload.part")
    long_ago = time.time() - uploads.KEPT_SECONDS - 60
    os.utime(left, (long_ago, long_ago))
    assert (await ada.put(url(ids, "new.bin"), content=b"x")).status_code == 201
    assert not left.exists()


async def test_a_name_with_a_line_break_arrives(ada: httpx.AsyncClient, ids: Ids, folder: Path) -> None:
    assert (await ada.put(url(ids, "two%0Alines.txt"), content=b"x")).status_code == 201
    assert (folder / "two\nlines.txt").read_bytes() == b"x"
