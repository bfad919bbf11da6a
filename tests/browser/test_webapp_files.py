"""The files screen in the real page: a folder uploaded, one dropped, described, looked into, filtered, and described by hand."""

import os
from pathlib import Path

import pytest
from browser.chromium import require_chromium, visit
from harness.lab import Lab
from PIL import Image

pytestmark = pytest.mark.browser


def make_folder(place: Path) -> Path:
    """60 tables, a picture, a text, markup and bytes; beside them what file managers leave behind."""
    plate = place / "plate"
    (place / "other").mkdir(parents=True)
    plate.mkdir()
    for number in range(1, 61):
        (plate / f"w{number:02d}.csv").write_text(f"gene,count\nHSP70,{number}\nHSP90,{number * 2}\n")
    picture = Image.linear_gradient("L").resize((900, 600))
    picture.save(plate / "image.png")
    (plate / "notes.txt").write_text("Plate read twice.\nSecond reading is the one to use.\n" * 20)
    (plate / "page.html").write_text("<script>window.__hit = 1</script><p>markup</p>\n")
    (plate / "bytes.bin").write_bytes(os.urandom(3_000_000))
    (plate / ".DS_Store").write_bytes(b"\0")
    (place / "large.bin").write_bytes(os.urandom(12_000_000))
    (place / "second.bin").write_bytes(os.urandom(6_000_000))
    (place / "other/table.csv").write_text("another\ntable\nof the same name\n")
    (place / "dropped/deep").mkdir(parents=True)
    for number in range(130):
        (place / f"dropped/deep/r{number:03d} \u00e9.json").write_text(f"[{number}]\n")
    (place / "dropped/deep/second.bin").write_bytes(os.urandom(6_000_000))
    (place / "empty").mkdir()
    return place


def test_files_are_uploaded_looked_at_filtered_and_described(tmp_path: Path) -> None:
    require_chromium()
    with Lab() as lab:
        dataset = lab.data / "p_Plates" / "first plate"
        dataset.mkdir(parents=True)
        (dataset / "table.csv").write_text("x,y\n1,2\n")
        os.mkfifo(dataset / "pipe")
        person = lab.person()
        assert person.start_session(lab.data).status_code in (201, 202)
        person.ready()
        person.in_step()
        (project,) = person.get("/api/v1/projects").json()["items"]
        (found,) = person.get(f"/api/v1/projects/{project['project_id']}/datasets").json()["items"]
        source = make_folder(tmp_path / "source")
        told = visit(
            lab, "files-journey.mjs", "files", DATASET_ID=str(found["dataset_id"]), FOLDER=str(source)
        )
        assert "no violations" in told
        assert (dataset / "late/large.bin").read_bytes() == (source / "large.bin").read_bytes()
        assert (dataset / "late/second.bin").read_bytes() == (source / "second.bin").read_bytes()
        for name in ("dropped/deep/second.bin", "dropped/deep/r129 \u00e9.json"):
            assert (dataset / name).read_bytes() == (source / name).read_bytes()
        assert (dataset / "table.csv").read_text() == "x,y\n1,2\n"
        assert not [p for p in dataset.rglob("*") if p.name.endswith(".upload.part")]
