"""F8, F9, F13, F23, F24: files that are being written, folders that go while they are read, disks that vanish, odd names,
damaged documents."""

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from mdjourney_backend.pipeline import check, led

_WRITER = """
import sys, time
with open(sys.argv[1], "w") as out:
    for n in range(600):
        out.write(f"{n},row\\n")
        out.flush()
        time.sleep(0.002)
"""


def test_a_file_written_row_by_row_loses_none_and_ends_with_its_right_hash(
    place: Any, eventually: Any
) -> None:
    """F8: 600 rows, 2 ms apart, while a backend that waits for nothing takes what it can."""
    place.write("p_A/d/first.csv", "x")
    file = place.root / "p_A/d/growing.csv"
    with led(place.root, place.config(), place.home) as leader:
        leader.pipeline.start()
        writer = subprocess.Popen([sys.executable, "-c", _WRITER, str(file)])
        try:
            assert writer.wait(60) == 0
        finally:
            writer.kill()
        leader.pipeline.rescan()
    assert file.read_text() == "".join(f"{n},row\n" for n in range(600))
    entry = place.entries("p_A/d")["growing.csv"]
    assert entry["checksum"] == hashlib.sha256(file.read_bytes()).hexdigest()
    assert (entry["status"], entry["number_of_records"]) == ("present", 600)
    assert place.wrong(objects=True) == []


@pytest.mark.parametrize("what", ["rename", "remove", "swap"])
def test_a_dataset_that_moves_while_it_is_read_becomes_no_ghost(place: Any, what: str) -> None:
    """F9: the folder goes between the listing and the reading."""
    for n in range(200):
        place.write(f"p_A/d/{n}.csv", f"{n}")
        place.write(f"p_A/e/{n}.csv", f"e{n}")
    d, e = place.root / "p_A/d", place.root / "p_A/e"
    with led(place.root, place.config(), place.home) as leader:
        reader = leader.pipeline._passing._reader
        real, done = reader._some, []

        def moving(dataset: Any, files: Any) -> Any:
            if dataset.path == "p_A/d" and not done:
                done.append(True)
                if what == "remove":
                    shutil.rmtree(d)
                elif what == "rename":
                    d.rename(d.with_name("renamed"))
                else:
                    d.rename(d.with_name("t"))
                    e.rename(d)
                    d.with_name("t").rename(e)
            return real(dataset, files)

        reader._some = moving
        leader.pipeline.run_until_still(30)
    place.scan()
    assert place.wrong(objects=True) == []
    names = {p.parent.name for p in place.root.glob("p_A/*/.metadata")}
    assert names == {"rename": {"renamed", "e"}, "remove": {"e"}, "swap": {"d", "e"}}[what]
    for name in names:
        assert len(place.entries(f"p_A/{name}")) == 200


def test_a_tree_whose_disk_vanishes_is_left_alone_and_taken_up_again(place: Any, eventually: Any) -> None:
    """F13: the root goes, an empty folder stands in its place (a bare mount point), and the root comes back."""
    place.write("p_A/d/a.csv", "one")
    away = place.root.with_name("away")
    with led(place.root, place.config(watch="off"), place.home) as leader:
        leader.pipeline.start()
        eventually(lambda: leader.pipeline.status().in_step)
        place.root.rename(away)
        place.root.mkdir()
        leader.pipeline.mark()
        eventually(lambda: not leader.pipeline.status().available)
        assert list(place.root.iterdir()) == []
        (away / "p_A/d/b.csv").write_text("two")
        place.root.rmdir()
        away.rename(place.root)
        eventually(lambda: leader.pipeline.status().available)
        leader.pipeline.rescan()
        entries = place.entries("p_A/d")
    assert {p: e["status"] for p, e in entries.items()} == {"a.csv": "present", "b.csv": "present"}
    assert place.wrong() == []


NAMES = [
    "new\nline.csv", "-rf", "a" * 251 + ".csv", "cafe\u0301.csv", "caf\u00e9.csv", "\u202egnp.csv", "\U0001f9ec.csv", "CON",
    "AUX.txt", "semi;colon", "sp ace ", "tab\t.csv", "quote\"'.csv", "back\\slash.csv", "#hash", "%2e%2e", "{a: b}", "[x]",
    "- y", "null", "1e5", "~tilde", "\x7f.bin", "=cmd()",
]  # fmt: skip


def test_every_odd_name_is_described_pointed_at_and_committed(place: Any) -> None:
    """F23: and one that is not UTF-8 is refused where a person sees it."""
    for n, name in enumerate(NAMES):
        place.write(f"p_A/d/{name}", f"{n}")
    raw = os.fsencode(place.root / "p_A/d") + b"/bad\xff.csv"
    Path(os.fsdecode(raw)).write_text("x")
    place.scan()
    assert set(place.entries("p_A/d")) == set(NAMES)
    told = [f for f in check(place.root) if f.severity == "told"]
    assert [f.path for f in told] == ["p_A/d/bad\\xff.csv"]
    assert place.wrong(objects=True) == []
    said = subprocess.run(
        [str(Path(sys.executable).with_name("dvc")), "status", "--json"],
        cwd=place.root, capture_output=True, text=True, check=True, env={**os.environ, "DVC_NO_ANALYTICS": "1"},
    )  # fmt: skip
    assert said.stdout.strip() == "{}"


DAMAGE = {
    "cut": lambda raw: raw[: len(raw) // 2],
    "flipped": lambda raw: raw[:40] + bytes([raw[40] ^ 0x80]) + raw[41:],
    "empty": lambda _raw: b"",
    "zeros": lambda raw: bytes(len(raw)),
    "another kind": lambda _raw: b"[1, 2]",
}


@pytest.mark.parametrize("how", DAMAGE)
@pytest.mark.parametrize("kind", ["dataset_structural", "dataset_administrative"])
def test_a_damaged_document_keeps_its_identifiers(place: Any, kind: str, how: str) -> None:
    """F24: set aside, brought back from history, reported until somebody looked."""
    place.write("p_A/d/a.csv", "one")
    place.scan(history={"dvc": False})
    path = place.root / f"p_A/d/.metadata/{kind}.json"
    good = path.read_bytes()
    path.write_bytes(DAMAGE[how](good))
    os.utime(path, (1, 1))
    place.scan(history={"dvc": False})
    assert path.read_bytes() == good
    assert any(".corrupt-" in found for found in place.wrong())
