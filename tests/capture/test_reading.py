"""Which thread reads a file, and in what order results come."""

import threading
import time
from pathlib import Path
from typing import Any

import pytest

from mdjourney_backend.held import held
from mdjourney_backend.layout import Layout
from mdjourney_backend.pipeline import reading
from mdjourney_backend.pipeline.reading import Read, Reader
from mdjourney_backend.pipeline.scanning import Seen, scan


class Listening:
    """Stands where extractors stand; notes who asks."""

    def __init__(self) -> None:
        self.threads: set[str] = set()

    def extract_open(self, descriptor: int, name: str, mime_type: str) -> dict[str, Any]:
        self.threads.add(threading.current_thread().name.partition("_")[0])
        return {}

    def close(self) -> None:
        pass


def read(tmp_path: Path, sizes: list[int]) -> tuple[list[str], list[str], set[str]]:
    folder = tmp_path / "p_A/d"
    folder.mkdir(parents=True)
    for number, size in enumerate(sizes):
        (folder / f"{number:04}.bin").write_bytes(b"\0" * size)
    files = sorted(Seen._make(row) for row in scan(tmp_path, "p_A/d", Layout("p_", 1, ())))
    listening = Listening()
    reader = Reader(tmp_path, listening, None, time.time_ns)
    with held(tmp_path, "p_A/d") as dataset:
        found = list(reader.read(dataset, [(seen, False) for seen in files]))
    reader.close()
    assert all(isinstance(one, Read) for one in found)
    return [s.path for s in files], [one.seen.path for one in found], listening.threads


def test_small_files_are_read_by_the_caller_in_order(tmp_path: Path) -> None:
    given, found, threads = read(tmp_path, [10] * 200)
    assert given == found
    assert threads == {threading.current_thread().name}


def test_large_files_are_read_by_threads_in_order(tmp_path: Path) -> None:
    given, found, threads = read(tmp_path, [9 << 20, 10, 9 << 20, 9 << 20, 10] + [10] * 100)
    assert given == found
    assert "mdj-read" in threads


def test_where_reading_is_waiting_threads_take_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading._Spent, "mostly_waiting_since", lambda *_: True)
    given, found, threads = read(tmp_path, [10] * 500)
    assert given == found
    assert threads == {threading.current_thread().name, "mdj-read"}
