"""One backend in a process of its own, loaded before the clock starts: what a fork server hands out.

Reads one JSON request per line (`scan`, `lead`, `add`, `end`) and answers one JSON line each: wall and CPU seconds of
this process and its children, and its peak memory in MiB.
"""

import contextlib
import json
import resource
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from benchmarks.rounds import cpu_seconds
from mdjourney_backend.pipeline import Led, led, scan_once
from mdjourney_contract.session_config import SessionConfig


def config(root: Path, cache: str, dvc: bool = True) -> SessionConfig:
    """Settled at once: waiting is nobody's speed."""
    return SessionConfig.model_validate(
        {
            "monitor_path": str(root),
            "settle_seconds": 0,
            "store": {"sync": False},
            "history": {"git": True, "dvc": dvc, "dvc_cache": cache},
        }
    )


def main() -> None:
    """Answer until the end is asked for."""
    with contextlib.ExitStack() as stack:
        leaders: list[Led] = []
        for line in sys.stdin:
            request = json.loads(line)
            if request["do"] == "end":
                return
            wall, cpu = time.perf_counter(), cpu_seconds()
            _answer(request, leaders, stack)
            took = {"wall": time.perf_counter() - wall, "cpu": cpu_seconds() - cpu}
            print(json.dumps({**took, "peak": _peak()}), flush=True)


def _answer(request: dict[str, Any], leaders: list[Led], stack: contextlib.ExitStack) -> None:
    root, home = Path(request["root"]), Path(request["home"])
    if request["do"] == "scan":
        status = scan_once(root, config(root, request["cache"]), home).status
        if status is None or not status.in_step:
            raise SystemExit(f"not in step: {status}")
    elif request["do"] == "lead":
        leader = stack.enter_context(_leading(root, home, request["cache"]))
        leaders[:] = [leader]
        _wait(leader)
    else:
        Path(request["file"]).write_bytes(b"one more " + request["file"].encode())
        _wait(leaders[0])


@contextlib.contextmanager
def _leading(root: Path, home: Path, cache: str) -> Iterator[Led]:
    with led(root, config(root, cache), home) as leader:
        if leader is None:
            raise SystemExit("somebody else leads")
        leader.pipeline.start()
        yield leader


def _wait(leader: Led) -> None:
    while not leader.pipeline.status().in_step:
        time.sleep(0.005)


def _peak() -> int:
    own = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return max(own, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss) // 1024


if __name__ == "__main__":
    main()
