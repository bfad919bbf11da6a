"""Looks into files: pictures, tables and texts, made in a process that bombs, lies and endless files cannot hurt."""

import io
import struct
import time
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx
import pytest
from api.conftest import Ids, launch
from PIL import Image

from mdjourney_backend.api.looking import looking_at
from mdjourney_backend.assembly import Backend
from mdjourney_backend.previewing import Busy, Previews
from mdjourney_backend.previewing.previews import TOO_MUCH

pytestmark = pytest.mark.anyio


def chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def bomb(width: int, height: int) -> bytes:
    """A PNG of a few kilobytes that says it has that many points, and has them."""
    packer = zlib.compressobj(9)
    row = b"\0" * (width + 1)
    data = b"".join(packer.compress(row) for _ in range(height)) + packer.flush()
    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", data) + chunk(b"IEND", b"")


def picture(mode: str, size: tuple[int, int] = (900, 300), form: str = "PNG", **more: Any) -> bytes:
    out = io.BytesIO()
    Image.new(mode, size, **more).save(out, form)
    return out.getvalue()


def deep() -> bytes:
    """16 bits, from 1,000 on the left to 1,255 on the right: black all over when its upper bits alone are taken."""
    made = Image.new("I;16", (256, 4))
    made.putdata([1000 + x for _ in range(4) for x in range(256)])
    out = io.BytesIO()
    made.save(out, "TIFF")
    return out.getvalue()


FILES: dict[str, bytes] = {
    "wide.png": picture("RGB", color=(200, 30, 30)),
    "photo.jpg": picture("L", form="JPEG"),
    "print.jpg": picture("CMYK", form="JPEG"),
    "palette.gif": picture("P", form="GIF"),
    "deep.tif": deep(),
    "broken.png": picture("RGB")[:60] + b"no more of it",
    "bomb.png": bomb(30_000, 30_000)[:200_000],
    "semi.csv": b"# from the reader\ngene;count\nHSP70;120\n'HSP90';80,5\n",
    "long.tsv": b"a\tb\n" + b"".join(b"%d\tx\n" % i for i in range(5000)),
    "wide.csv": ",".join(f"c{i}" for i in range(500)).encode() + b"\n",
    "latin.txt": "Größe\n".encode("latin-1") * 50,
    "long.txt": b"0123456789\n" * 20_000,
    "evil.html": b"<script>window.__hit=1</script>\n",
    "drawing.svg": b"<svg xmlns='http://www.w3.org/2000/svg' onload='window.__hit=1'/>\n",
    "rest.bin": bytes(range(256)) * 4,
    "nothing.csv": b"",
}


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("previews") / "lab/p_Heat/first set"
    folder.mkdir(parents=True)
    for name, data in FILES.items():
        (folder / name).write_bytes(data)
    return folder.parents[1]


@pytest.fixture(scope="module")
def backend(root: Path) -> Iterator[Backend]:
    """One for all: nothing here changes the tree."""
    made = Backend(launch(root, root.parent / "home", watch="off", history={"git": False, "dvc": False}))
    made.start("127.0.0.1", 1)
    try:
        made.rescan()
        yield made
    finally:
        looking_at(made).previews.close()
        made.stop()


def url(ids: Ids, name: str, what: str = "preview") -> str:
    return f"/api/v1/datasets/{ids.dataset}/{what}/{quote(name)}"


async def look(ada: httpx.AsyncClient, ids: Ids, name: str) -> dict[str, Any]:
    answer = await ada.get(url(ids, name))
    assert answer.status_code == 200, answer.text
    body: dict[str, Any] = answer.json()
    assert body["entry"]["file_path"] == name
    return body


async def test_pictures_are_drawn_small_and_anew(ada: httpx.AsyncClient, ids: Ids) -> None:
    for name, size in (("wide.png", (900, 300)), ("photo.jpg", (900, 300)), ("palette.gif", (900, 300))):
        body = await look(ada, ids, name)
        assert (body["kind"], body["width"], body["height"]) == ("image", *size)
        answer = await ada.get(body["thumbnail"], params={"size": 90})
        assert (answer.status_code, answer.headers["Content-Type"]) == (200, "image/png"), answer.text
        assert answer.headers["Content-Security-Policy"].startswith("sandbox")
        small = Image.open(io.BytesIO(answer.content))
        assert (small.format, small.size) == ("PNG", (90, 30))
        again = await ada.get(
            body["thumbnail"], params={"size": 90}, headers={"If-None-Match": answer.headers["ETag"]}
        )
        assert again.status_code == 304
    ink = Image.open(io.BytesIO((await ada.get(url(ids, "print.jpg", "thumbnail"))).content))
    assert ink.mode == "RGB"


async def test_more_than_eight_bits_are_drawn_between_darkest_and_brightest(
    ada: httpx.AsyncClient, ids: Ids
) -> None:
    answer = await ada.get(url(ids, "deep.tif", "thumbnail"))
    small = Image.open(io.BytesIO(answer.content)).convert("L")
    assert small.getpixel((0, 0)) == 0
    assert small.getpixel((255, 0)) == 255
    assert small.getpixel((128, 0)) == pytest.approx(128, abs=2)


async def test_tables_show_their_first_rows_as_they_stand(ada: httpx.AsyncClient, ids: Ids) -> None:
    body = await look(ada, ids, "semi.csv")
    assert (body["kind"], body["columns"], body["truncated"]) == ("table", ["gene", "count"], False)
    assert body["rows"] == [["HSP70", "120"], ["'HSP90'", "80,5"]]
    body = await look(ada, ids, "long.tsv")
    assert (len(body["rows"]), body["rows"][0], body["truncated"]) == (200, ["0", "x"], True)
    body = await look(ada, ids, "wide.csv")
    assert (len(body["columns"]), body["truncated"]) == (100, True)


async def test_texts_show_their_beginning_and_markup_is_text(ada: httpx.AsyncClient, ids: Ids) -> None:
    body = await look(ada, ids, "long.txt")
    assert (body["kind"], len(body["text"]), body["truncated"]) == ("text", 64 * 1024, True)
    body = await look(ada, ids, "latin.txt")
    assert body["text"].startswith("Größe")
    for name in ("evil.html", "drawing.svg"):
        answer = await ada.get(url(ids, name))
        assert answer.headers["Content-Type"] == "application/json"
        assert answer.json()["kind"] == "text"


async def test_what_cannot_be_shown_says_why(ada: httpx.AsyncClient, ids: Ids) -> None:
    for name in ("rest.bin", "nothing.csv", "broken.png"):
        body = await look(ada, ids, name)
        if body["kind"] == "image":  # a head that is whole, and no points
            answer = await ada.get(body["thumbnail"])
            assert answer.status_code == 409
            assert answer.json()["detail"]
        else:
            assert (body["kind"], bool(body["reason"])) == ("none", True)


async def test_a_bomb_is_not_opened(ada: httpx.AsyncClient, ids: Ids) -> None:
    body = await look(ada, ids, "bomb.png")
    assert body["kind"] == "none"
    assert "30,000" in body["reason"]
    assert (await ada.get(url(ids, "bomb.png", "thumbnail"))).status_code == 409
    assert (await look(ada, ids, "semi.csv"))["kind"] == "table"


async def test_a_helper_that_is_late_or_too_large_is_replaced_and_not_asked_again(
    tmp_path: Path,
) -> None:
    target = tmp_path / "large.png"
    target.write_bytes(bomb(10_000, 9_000))
    for previews in (Previews(deadline_seconds=0.01), Previews(memory_mb=48)):
        try:
            with target.open("rb") as stream:
                assert previews.thumbnail(stream.fileno(), 64) == TOO_MUCH or "memory" in str(
                    previews.thumbnail(stream.fileno(), 64)
                )
            with target.open("rb") as stream:
                began = time.process_time()
                assert isinstance(previews.thumbnail(stream.fileno(), 64), str)
                assert time.process_time() - began < 5
        finally:
            previews.close()


async def test_when_all_helpers_are_at_work_one_is_told_to_come_again(root: Path) -> None:
    previews = Previews(patience_seconds=0.01)
    try:
        previews._hire()
        held = [previews._free.get(), previews._free.get()]
        with (root / "p_Heat/first set/wide.png").open("rb") as stream, pytest.raises(Busy) as told:
            previews.thumbnail(stream.fileno(), 64)
        assert told.value.headers() == {"Retry-After": "2"}
        for helper in held:
            previews._free.put(helper)
    finally:
        previews.close()


async def test_a_size_beyond_the_limits_is_refused(ada: httpx.AsyncClient, ids: Ids) -> None:
    for size in ("15", "1025", "-1", "x"):
        answer = await ada.get(url(ids, "wide.png", "thumbnail"), params={"size": size})
        assert answer.status_code == 422
