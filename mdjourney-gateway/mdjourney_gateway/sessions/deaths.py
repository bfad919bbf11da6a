"""Waits for a backend to die without asking again and again."""

import asyncio
import os

from mdjourney_gateway.spawn import Child, Spawner

_ASK_SECONDS = 0.2
_SOON_SECONDS = 0.01


async def death(spawner: Spawner, child: Child) -> int:
    """The exit status, as soon as the backend has ended."""
    watched = _watch(child.pid)
    try:
        if watched is not None:
            await _readable(watched)
    finally:
        if watched is not None:
            os.close(watched)
    while (status := spawner.poll(child)) is None:  # noqa: ASYNC110 - a spawner has no event, it is asked
        await asyncio.sleep(_ASK_SECONDS if watched is None else _SOON_SECONDS)
    return status


def _watch(pid: int) -> int | None:
    try:
        return os.pidfd_open(pid) if hasattr(os, "pidfd_open") else None
    except OSError:
        return None


async def _readable(fd: int) -> None:
    loop = asyncio.get_running_loop()
    ready: asyncio.Future[None] = loop.create_future()

    def dead() -> None:
        loop.remove_reader(fd)
        ready.set_result(None)

    loop.add_reader(fd, dead)
    try:
        await ready
    finally:
        loop.remove_reader(fd)
