"""F7: events that the kernel drops cost nothing: 20,000 files made while the backend stands still."""

import os
import signal
from typing import Any

import pytest

_FILES = 20_000


def _burst(place: Any) -> None:
    for n in range(_FILES):
        folder = place.root / "p_A/d" / f"s{n // 1000:02d}"
        if n % 1000 == 0:
            folder.mkdir()
        (folder / f"{n}.bin").write_bytes(b"%d" % n)


def _expect(process: Any, word: str) -> None:
    assert process.stdout.readline().strip() == word


@pytest.mark.slow
def test_no_file_is_missing_after_an_overflow(place: Any, eventually: Any) -> None:
    place.write("p_A/d/first.bin", "x")
    process = place.backend("live_backend.py", history={"git": False, "dvc": False})
    try:
        _expect(process, "ready")
        os.kill(process.pid, signal.SIGSTOP)
        _burst(place)
        os.kill(process.pid, signal.SIGCONT)

        def in_step() -> bool:
            process.stdin.write("status\n")
            process.stdin.flush()
            return process.stdout.readline().strip() == "true"

        eventually(in_step, seconds=120)
        assert len(place.entries("p_A/d")) == _FILES + 1
        process.communicate(timeout=60)
        assert process.returncode == 0
    finally:
        process.kill()
        process.communicate()
    assert place.wrong(hashes=False) == []
