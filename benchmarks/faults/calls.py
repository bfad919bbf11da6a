"""F4: calls that fail or take long."""

import asyncio
import contextlib
import errno
import os
import secrets
import threading
from collections.abc import Callable, Iterator
from typing import Any
from unittest.mock import patch
from urllib.parse import quote

from benchmarks.faults.disks import PROJECT
from benchmarks.faults.frame import Control, Fault, Trial
from benchmarks.faults.place import ADA
from mdjourney_backend.changes import Edit
from mdjourney_backend.documents.folder import Folder
from mdjourney_contract.problems import MDJourneyError

_THREADS = "threads for saves"
_PATIENCE = 4.0


class _Flaky:
    """`os.fsync` and `os.replace` fail at the n-th call; what was made to last is noted by inode."""

    def __init__(self, call: str, at: int, number: int) -> None:
        self._call, self._at, self._number, self._seen = call, at, number, 0
        self._real: dict[str, Callable[..., None]] = {"fsync": os.fsync, "replace": os.replace}
        self.lasting: set[int] = set()

    def fsync(self, descriptor: int) -> None:
        self._maybe("fsync")
        self._real["fsync"](descriptor)
        self.lasting.add(os.fstat(descriptor).st_ino)

    def replace(self, *arguments: Any, **keys: Any) -> None:
        self._maybe("replace")
        self._real["replace"](*arguments, **keys)

    def _maybe(self, call: str) -> None:
        if call == self._call:
            self._seen += 1
            if self._seen == self._at:
                raise OSError(self._number, os.strerror(self._number))


def _failing_calls(trial: Trial) -> None:
    """A person's save while a call fails: either it is refused and the old version is whole, or it is on the disk."""
    place = trial.place(history={"git": False, "dvc": False})
    place.write("p_A/d/a.csv", "one")
    place.scan()
    place.note()
    call, at = trial.random.choice((("fsync", 1), ("fsync", 2), ("fsync", 3), ("replace", 1), ("replace", 2)))
    flaky = _Flaky(call, at, trial.random.choice((errno.EIO, errno.EDQUOT, errno.ENOSPC)))
    from mdjourney_backend.pipeline import led

    path = place.root / PROJECT.path
    before = path.read_bytes()
    with led(place.root, place.config(), place.home) as leader:
        assert leader is not None
        edit = Edit(PROJECT, lambda c: {**(c or {}), "project_title": "new"}, "new")
        with patch.object(os, "fsync", flaky.fsync), patch.object(os, "replace", flaky.replace):
            try:
                leader.documents.apply(edit, actor=ADA)
                told = True
            except MDJourneyError:
                told = False
        now = path.read_bytes()
        if told:
            trial.expect(b'"new"' in now, "told as saved, and not there")
            trial.expect(path.stat().st_ino in flaky.lasting, "told as saved before the file was on the disk")
            trial.expect(
                path.parent.stat().st_ino in flaky.lasting, "told as saved before its name was on the disk"
            )
        else:
            trial.counts["saves refused at a failing call"] += 1
            trial.expect(now == before or b'"new"' in now, "torn")
    place.scan()
    trial.finish(place)


def _slow(trial: Trial) -> None:
    """While the fsync of one person's save does not come to an end, others are answered."""
    import httpx

    from mdjourney_backend.app import create_app
    from mdjourney_backend.assembly import Backend
    from mdjourney_contract.launch import SECRET_HEADER, USER_HEADER, Launch

    place = trial.place()
    place.write("p_A/d/a.csv", "one")
    settings = place.config(watch="off", history={"git": False, "dvc": False})
    backend = Backend(
        Launch(session_id=secrets.token_hex(4), config=settings, owner=ADA, home=place.home, secret="s")
    )
    backend.start("127.0.0.1", 1)
    real = os.fsync
    begun, answered = threading.Event(), threading.Event()
    waited: list[bool] = []

    def slow(descriptor: int) -> None:
        if os.readlink(f"/proc/self/fd/{descriptor}").endswith(".saving"):
            begun.set()
            waited.append(answered.wait(_PATIENCE))
        real(descriptor)

    async def story() -> None:
        transport = httpx.ASGITransport(create_app(backend))
        headers = {SECRET_HEADER: "s", USER_HEADER: quote(ADA.model_dump_json())}
        async with httpx.AsyncClient(
            transport=transport, base_url="http://backend", headers=headers
        ) as client:
            backend.rescan()
            project = (await client.get("/api/v1/projects")).json()["items"][0]["project_id"]
            url = f"/api/v1/projects/{project}/metadata/project_descriptive"
            held = (await client.get(url)).json()
            content = {**held["content"], "project_title": "new"}
            with patch.object(os, "fsync", slow):
                saving = asyncio.create_task(
                    client.put(url, json={"content": content}, headers={"If-Match": held["etag"]})
                )
                await asyncio.to_thread(begun.wait, 30)
                answer = await client.get("/api/v1/projects")
                answered.set()
                saved = await saving
        trial.expect(
            (answer.status_code, saved.status_code) == (200, 200),
            f"{answer.status_code}, {saved.status_code}",
        )
        trial.expect(waited and all(waited), "others waited for somebody's fsync")

    try:
        asyncio.run(story())
    finally:
        backend.stop()
    place.note()
    place.scan()
    trial.finish(place)


def _f4(trial: Trial) -> None:
    slow = trial.off == _THREADS or (trial.off is None and trial.random.random() < 0.1)
    (_slow if slow else _failing_calls)(trial)


@contextlib.contextmanager
def _not_made_to_last() -> Iterator[None]:
    """Documents are renamed into place without fsync."""

    def write_new(self: Folder, name: str, content: Any, _mode: int | None) -> int:
        flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC
        with open(os.open(name, flags, 0o666, dir_fd=self.fd), "wb", buffering=0) as file:
            file.write(bytes(content))
            return os.fstat(file.fileno()).st_ino

    with patch.object(Folder, "_write_new", write_new), patch.object(Folder, "sync", lambda _self: None):
        yield


@contextlib.contextmanager
def _saved_in_the_loop() -> Iterator[None]:
    """Saves run where all requests are answered."""

    async def here(work: Any, *arguments: Any, **keys: Any) -> Any:
        return work(*arguments, **keys)

    with patch("fastapi.routing.run_in_threadpool", here):
        yield


F4 = Fault(
    code="F4",
    what="failed fsync or rename (EIO, EDQUOT, ENOSPC at the n-th call), slow fsync",
    protection="fsync of file and folder before a save is told of; saves run off the event loop",
    trial=_f4,
    trials=200,
    few=4,
    controls={
        "fsync": Control(_not_made_to_last, 20, 1),
        _THREADS: Control(_saved_in_the_loop, 10, 1),
    },
)
