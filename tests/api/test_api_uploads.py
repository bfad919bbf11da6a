"""Uploads: whole or in parts, never over a file, never outside the dataset's data."""

import os
from pathlib import Path

import httpx
import pytest
from api.conftest import Ids

from mdjourney_backend import uploads

pytestmark = pytest.mark.anyio


def url(ids: Ids, path: str) -> str:
    return f"/api/v1/datasets/{ids.dataset}/upload/{path}"


async def test_a_whole_file_arrives_and_is_described(ada: httpx.AsyncClient, ids: Ids, root: Path) -> None:
    answer = await ada.put(url(ids, "new/b%20ö.bin"), content=b"x" * 100_000)
    assert answer.status_code == 201, answer.text
    assert (root / "p_Heat/first set/new/b ö.bin").read_bytes() == b"x" * 100_000
    assert os.listdir(root / "p_Heat/first set/new") == ["b ö.bin"]
    assert (await ada.post("/api/v1/rescan")).json()["in_step"] is True
    found = (await ada.get(f"/api/v1/datasets/{ids.dataset}/files", params={"q": "b ö"})).json()["items"]
    assert found[0]["file_size_bytes"] == 100_000


async def test_a_file_in_parts_is_there_only_when_whole(ada: httpx.AsyncClient, ids: Ids, root: Path) -> None:
    target = root / "p_Heat/first set/parts.bin"
    first = await ada.put(url(ids, "parts.bin"), content=b"abc", headers={"Content-Range": "bytes 0-2/6"})
    assert (first.status_code, first.json()["received"]) == (202, 3)
    assert not target.exists()
    asked = await ada.put(url(ids, "parts.bin"), headers={"Content-Range": "bytes */6"})
    assert asked.json()["received"] == 3
    gap = await ada.put(url(ids, "parts.bin"), content=b"f", headers={"Content-Range": "bytes 5-5/6"})
    assert (gap.status_code, gap.json()["received"]) == (409, 3)
    last = await ada.put(url(ids, "parts.bin"), content=b"def", headers={"Content-Range": "bytes 3-5/6"})
    assert last.status_code == 201
    assert target.read_bytes() == b"abcdef"


async def test_an_existing_file_is_never_touched(ada: httpx.AsyncClient, ids: Ids, root: Path) -> None:
    target = root / "p_Heat/first set/a.csv"
    before = (target.read_bytes(), target.stat().st_mtime_ns, target.stat().st_ino)
    assert (await ada.put(url(ids, "a.csv"), content=b"new")).status_code == 409
    assert (target.read_bytes(), target.stat().st_mtime_ns, target.stat().st_ino) == before


@pytest.mark.parametrize(
    "path",
    [
        ".metadata/dataset_structural.json",
        ".metadata/x.json",
        "sub/.metadata/x",
        ".hidden",
        "x.part",
        "..%2f..%2fx",
        "sub/%2e%2e/%2e%2e/%2e%2e/x",
        "a%00b",
        "x.dvc",
        "sub//x",
    ],
)
async def test_what_is_no_place_for_data_is_refused(
    ada: httpx.AsyncClient, ids: Ids, root: Path, path: str
) -> None:
    before = sorted(
        p for p in root.parent.rglob("*") if ".git" not in p.parts and ".mdjourney" not in p.parts
    )
    answer = await ada.put(url(ids, path), content=b"x")
    assert answer.status_code in (400, 404, 409), answer.text
    after = sorted(p for p in root.parent.rglob("*") if ".git" not in p.parts and ".mdjourney" not in p.parts)
    assert after == before


async def test_a_link_in_the_way_is_not_followed(
    ada: httpx.AsyncClient, ids: Ids, root: Path, tmp_path: Path
) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (root / "p_Heat/first set/link").symlink_to(outside)
    assert (await ada.put(url(ids, "link/x"), content=b"x")).status_code == 409
    assert os.listdir(outside) == []


async def test_what_does_not_fit_is_refused_before_a_byte_is_taken(
    ada: httpx.AsyncClient, ids: Ids, monkeypatch: pytest.MonkeyPatch, root: Path
) -> None:
    monkeypatch.setattr(uploads, "RESERVE", 1 << 60)
    answer = await ada.put(url(ids, "big.bin"), content=b"x", headers={"Content-Range": "bytes 0-0/2"})
    assert answer.status_code == 507
    assert not (root / "p_Heat/first set/big.bin").exists()


@pytest.mark.parametrize("header", ["bytes 5-1/6", "bytes 0-9/5", "lines 0-1/2", "bytes 0-1/2"])
async def test_a_range_that_makes_no_sense_is_refused(ada: httpx.AsyncClient, ids: Ids, header: str) -> None:
    answer = await ada.put(url(ids, "r.bin"), content=b"abc", headers={"Content-Range": header})
    assert answer.status_code in (400, 413)
