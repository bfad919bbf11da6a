"""Ports that stay free until they are used, however many processes run these tests."""

import contextlib
import os
import socket
import zlib
from typing import Final

#: Below the ports that outgoing connections take theirs from; a block for each process of a run.
_FIRST: Final = 20_000
_BLOCK: Final = 1_000
_BLOCKS: Final = 12

_given = 0


def free_ports(count: int) -> range:
    """That many ports in a row which nobody uses now, and which nobody else in this run is given before the block of
    this process is through."""
    global _given
    start = _FIRST + _BLOCK * _block()
    for _ in range(_BLOCK):
        if _given + count > _BLOCK:
            _given = 0
        ports = range(start + _given, start + _given + count)
        _given += count
        if _free(ports):
            return ports
    raise AssertionError("no free ports")


def _block() -> int:
    worker = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
    run = os.environ.get("PYTEST_XDIST_TESTRUNUID", str(os.getpid()))
    return (zlib.crc32(run.encode()) + worker) % _BLOCKS


def _free(ports: range) -> bool:
    with contextlib.ExitStack() as held, contextlib.suppress(OSError):
        for port in ports:
            tried = held.enter_context(socket.socket())
            tried.setsockopt(
                socket.SOL_SOCKET, socket.SO_REUSEADDR, 1
            )  # a port may rest from what it was used for
            tried.bind(("127.0.0.1", port))
        return True
    return False
