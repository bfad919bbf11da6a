"""Bombs, torsos and liars: extraction tells nothing, in time, and the next file is told as ever."""

import gzip
import os
import sys
import zlib

import pytest
from harness.processes import command_line
from harness.waiting import until

from mdjourney_backend.technical import Extractors
from mdjourney_backend.technical.extractors import registry

GOOD = b"id,name\n1,a\n"


def kinds() -> list[str]:
    return sorted(registry.BUILT_IN)


@pytest.mark.parametrize("kind", kinds())
def test_noise_and_torsos_tell_nothing_and_break_nothing(tmp_path, extractors, kind):
    path = tmp_path / "noise.bin"
    for content in (
        os.urandom(5000),
        b"\0" * 5000,
        b"\x1f\x8b\x08" + os.urandom(100),
        b"{" * 5000,
        b"\x89HDF\r\n\x1a\n" + b"\xff" * 600,
    ):
        path.write_bytes(content)
        assert isinstance(extractors.extract(path, kind), dict)
    (tmp_path / "good.csv").write_bytes(GOOD)
    assert extractors.extract(tmp_path / "good.csv", "text/csv")["number_of_records"] == 1


def test_a_decompression_bomb_ends_at_the_deadline(tmp_path):
    path = tmp_path / "bomb.fastq.gz"
    with gzip.open(path, "wb", compresslevel=1) as file:
        file.write(b"@r\n")
        for _ in range(4000):
            file.write(b"\n" * (1 << 20))
    with Extractors(deadline_seconds=0.5) as extractors:
        assert extractors.extract(path, "application/x-fastq") == {}
        child = extractors._helper._child
        assert child is None
        (tmp_path / "a.fasta").write_text(">a\nAC\n")
        extractors._helper._deadline = 60
        assert extractors.extract(tmp_path / "a.fasta", "application/x-fasta") == {"number_of_records": 1}


def test_a_memory_bomb_ends_at_the_limit(tmp_path):
    path = tmp_path / "bomb.json"
    path.write_bytes(b"[" + b"[]," * (20 << 20) + b"[]]")
    with Extractors(deadline_seconds=60, memory_mb=200) as extractors:
        assert extractors.extract(path, "application/json") == {}
    with Extractors(deadline_seconds=60, memory_mb=8000) as extractors:  # the control
        assert extractors.extract(path, "application/json") == {"number_of_records": (20 << 20) + 1}


def test_a_png_that_claims_to_be_huge_is_not_decoded(tmp_path, extractors):
    def chunk(kind: bytes, data: bytes) -> bytes:
        return len(data).to_bytes(4, "big") + kind + data + zlib.crc32(kind + data).to_bytes(4, "big")

    header = (100_000).to_bytes(4, "big") * 2 + bytes([8, 2, 0, 0, 0])
    (tmp_path / "a.png").write_bytes(
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", zlib.compress(b""))
        + chunk(b"IEND", b"")
    )
    assert extractors.extract(tmp_path / "a.png", "image/png")["dimensions"] == [100_000, 100_000]


def test_links_fifos_and_missing_files_tell_nothing(tmp_path, extractors):
    (tmp_path / "real.csv").write_bytes(GOOD)
    (tmp_path / "link.csv").symlink_to("real.csv")
    os.mkfifo(tmp_path / "fifo.csv")
    for name in ("link.csv", "fifo.csv", "missing.csv"):
        assert extractors.extract(tmp_path / name, "text/csv") == {}


def test_a_killed_child_is_replaced(tmp_path, extractors):
    (tmp_path / "a.fasta").write_text(">a\n")
    assert extractors.extract(tmp_path / "a.fasta", "application/x-fasta")
    extractors._helper._child.kill()
    extractors._helper._child.wait()
    assert extractors.extract(tmp_path / "a.fasta", "application/x-fasta") == {"number_of_records": 1}


def test_the_child_ends_with_its_parent(tmp_path):
    import subprocess

    code = (
        "import sys, os, pathlib; from mdjourney_backend.technical import Extractors; e = Extractors();"
        "e.extract(pathlib.Path(sys.argv[1]), 'application/x-fasta'); print(e._helper._child.pid, flush=True); os.kill(os.getpid(), 9)"
    )
    (tmp_path / "a.fasta").write_text(">a\n")
    done = subprocess.run(
        [sys.executable, "-c", code, tmp_path / "a.fasta"], capture_output=True, text=True, check=False
    )
    pid = int(done.stdout)
    until(lambda: not command_line(pid), why="the child's end")


def test_an_entry_point_adds_a_format_and_a_broken_one_stops_nothing(tmp_path, monkeypatch):
    class Point:
        def __init__(self, name, load):
            self.name, self.load = name, load

    class Ours:
        mime_types = ("application/x-ours",)

        @staticmethod
        def extract(stream, name, mime_type):
            return {"number_of_records": len(stream.read()), "secret": 1, "columns": []}

    def broken():
        raise ImportError("no such library")

    points = [Point("ours", lambda: Ours), Point("broken", broken)]
    monkeypatch.setattr(
        registry, "entry_points", lambda group, name=None: [p for p in points if name in (None, p.name)]
    )
    registry.plugged_in.cache_clear()
    try:
        assert registry.known("application/x-ours")
        (tmp_path / "f").write_bytes(b"12345")
        with (tmp_path / "f").open("rb") as stream:
            assert registry.run(stream, "f", "application/x-ours") == {"number_of_records": 5}
    finally:
        registry.plugged_in.cache_clear()
