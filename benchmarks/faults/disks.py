"""F3, F4: disks that fill up, files that may not grow, calls that fail, folders that may not be read or written."""

import asyncio
import contextlib
import ctypes
import errno
import json
import os
import resource
import secrets
import signal
import sqlite3
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from unittest.mock import patch
from urllib.parse import quote

from benchmarks.faults.frame import Control, Fault, LeftOut, Trial
from benchmarks.faults.kills import in_place
from benchmarks.faults.place import Place, until
from mdjourney_backend.changes import Edit, Ref
from mdjourney_backend.documents.folder import Folder
from mdjourney_contract.people import Identity
from mdjourney_contract.problems import MDJourneyError

ADA = Identity(user_id="ada", name="Ada")
PROJECT = Ref("project_descriptive", "p_A/.metadata/project_descriptive.json")
_NEWNS, _NEWUSER = 0x00020000, 0x10000000


def own_mounts() -> None:
    """Mounts made from here on are seen by this process only, and end with it.

    Raises:
        LeftOut: this account may not have that.
    """
    libc = ctypes.CDLL(None, use_errno=True)
    uid, gid = os.getuid(), os.getgid()
    if libc.unshare(_NEWNS if uid == 0 else _NEWNS | _NEWUSER) != 0:
        raise LeftOut(f"no mounts of one's own: {os.strerror(ctypes.get_errno())}")
    if uid != 0:
        Path("/proc/self/setgroups").write_text("deny")
        Path("/proc/self/uid_map").write_text(f"0 {uid} 1")
        Path("/proc/self/gid_map").write_text(f"0 {gid} 1")
    mount("--make-rprivate", "/")


def mount(*arguments: str) -> None:
    """`mount`. Raises LeftOut."""
    done = subprocess.run(["mount", *arguments], capture_output=True, text=True, check=False)
    if done.returncode:
        raise LeftOut(done.stderr.strip())


def small_disk(path: Path, kib: int) -> None:
    """A file system in memory of that size at `path`."""
    path.mkdir(parents=True, exist_ok=True)
    mount("-t", "tmpfs", "-o", f"size={kib}k,mode=755", "none", str(path))


def _fill(folder: Path, leave: int) -> Path:
    """Fill a file system until about `leave` bytes are free."""
    ballast = folder / "ballast"
    status = os.statvfs(folder)
    with ballast.open("wb", buffering=0) as out, contextlib.suppress(OSError):
        out.write(b"\0" * max(0, status.f_bavail * status.f_frsize - leave))
    return ballast


def whole(trial: Trial, place: Place) -> None:
    """Every document parses, and what was typed is there."""
    for path in place.root.glob("p_*/**/.metadata/*.json"):
        try:
            json.loads(path.read_bytes())
        except ValueError:
            trial.fail(f"torn: {path.relative_to(place.root)}")
    for ref in (PROJECT,):
        with contextlib.suppress(ValueError):
            typed = json.loads((place.root / ref.path).read_bytes()).get("project_title")
            trial.expect(typed in ("typed", "typed again"), f"what was typed is gone: {typed!r}")


def _typed(place: Place, title: str) -> bool:
    """A person's save; False when it was refused. Raises OSError for what is not told as a problem."""
    from mdjourney_backend.pipeline import led

    with led(place.root, place.config(), place.home) as leader:
        assert leader is not None
        try:
            leader.documents.apply(
                Edit(
                    PROJECT,
                    lambda c: {**(c or {}), "project_title": title, "project_description": "x" * 9000},
                    title,
                ),
                actor=ADA,
            )
        except MDJourneyError:
            return False
    return True


def _described_and_more_to_come(place: Place) -> None:
    for n in range(120):
        place.write(f"p_A/d/{n}.csv", f"{n}")
    place.scan()
    assert _typed(place, "typed")
    place.scan()
    for n in range(30):
        place.write(f"p_A/d/late{n}.csv", "late")
    place.note()


def _full(trial: Trial) -> None:
    """By turns the disk of the tree and that of the home (journal) is full while files are described and somebody
    saves; at last there is room again."""
    own_mounts()
    where = ("tree", "home")[trial.number % 2]
    small_disk(trial.base / "m" / where, 12 << 10)
    place = trial.place()
    _described_and_more_to_come(place)
    ballast = _fill(place.base / where, trial.random.randrange(0, 200_000))
    refused = 0
    with contextlib.suppress(MDJourneyError, OSError):
        saved = _typed(place, "typed again")
        refused += not saved
        if saved:
            now = json.loads((place.root / PROJECT.path).read_bytes())
            trial.expect(now.get("project_title") == "typed again", "a save was told of and is not there")
    with contextlib.suppress(MDJourneyError, OSError):
        place.scan(timeout=1)
    trial.counts["saves refused on a full disk"] += refused
    whole(trial, place)
    ballast.unlink()
    place.scan()
    trial.expect("late29.csv" in place.entries("p_A/d"), "a file is not described")
    trial.finish(place)


def _limited(trial: Trial) -> None:
    """No file may grow beyond a limit (RLIMIT_FSIZE): journal, documents, commits fail in the middle of a write."""
    place = trial.place()
    _described_and_more_to_come(place)
    limit = trial.random.choice((0, 1, 100, 1000, 4096, 5000, 20_000, 60_000, 150_000))

    def limited() -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
        with contextlib.suppress(MDJourneyError, OSError, sqlite3.Error):
            _typed(place, "typed again")
        with contextlib.suppress(MDJourneyError, OSError, sqlite3.Error):
            place.scan(timeout=1)

    status, _ = trial.fork(limited)
    trial.expect(status == 0, f"it ended with {status}")
    whole(trial, place)
    place.scan()
    trial.expect("late29.csv" in place.entries("p_A/d"), "a file is not described")
    trial.finish(place)


def _f3(trial: Trial) -> None:
    (_limited if trial.number % 3 == 2 else _full)(trial)


@contextlib.contextmanager
def _in_place() -> Iterator[None]:
    with patch.object(Folder, "replace", in_place):
        yield


F3 = Fault(
    code="F3",
    what="disk of the tree or of the journal full (tmpfs, random free space), files that may not grow (RLIMIT_FSIZE)",
    protection="documents are put in place whole; a failed stage stays pending; 507 to who saves",
    trial=_f3,
    trials=90,
    few=3,
    controls={"documents written in place": Control(_in_place, 30, 0)},
)


_THREADS = "threads for saves"

# -- F4 ---------------------------------------------------------------------------------------------------------------


class _Flaky:
    """`os.fsync` and `os.replace` fail at the n-th call; what was made to last is noted by inode."""

    def __init__(self, call: str, at: int, number: int) -> None:
        self._call, self._at, self._number, self._seen = call, at, number, 0
        self._real = {"fsync": os.fsync, "replace": os.replace}
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
    """While the fsync of one person's save takes half a second, others are answered."""
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

    def slow(descriptor: int) -> None:
        if os.readlink(f"/proc/self/fd/{descriptor}").endswith(".saving"):
            time.sleep(0.5)
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
                began = time.monotonic()
                saving = asyncio.create_task(
                    client.put(url, json={"content": content}, headers={"If-Match": held["etag"]})
                )
                await asyncio.sleep(0.1)
                waited = time.monotonic()
                answer = await client.get("/api/v1/projects")
                took = time.monotonic() - waited
                late = waited - began
                saved = await saving
        trial.expect(
            (answer.status_code, saved.status_code) == (200, 200),
            f"{answer.status_code}, {saved.status_code}",
        )
        trial.expect(took < 0.3 and late < 0.3, f"others waited {max(took, late):.2f} s for somebody's fsync")

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


# -- permissions, read-only mounts ------------------------------------------------------------------------------------

_DROP_BOUND, _KEEP_NONE = 24, 0x20080522


def no_privileges() -> None:
    """From here on permissions hold for this process and what it starts, also for root."""
    if os.getuid() != 0:
        return
    libc = ctypes.CDLL(None, use_errno=True)
    for capability in range(64):
        libc.prctl(_DROP_BOUND, capability, 0, 0, 0)
    header = (ctypes.c_uint32 * 2)(_KEEP_NONE, 0)
    if libc.capset(header, (ctypes.c_uint32 * 6)()) != 0:
        raise LeftOut(f"privileges cannot be given up: {os.strerror(ctypes.get_errno())}")


def _forbidden(trial: Trial) -> None:
    """As a plain account: a file that may not be read, a dataset that may not be written, a disk that turns
    read-only; the rest is described, the reason is told with its path, and all is made good when allowed again."""
    kind = ("file", "dataset", "disk")[trial.number % 3] if trial.off is None else "dataset"
    if kind == "disk":
        own_mounts()
    else:
        no_privileges()
    place = trial.place()
    for name in ("d", "e"):
        place.write(f"p_A/{name}/a.csv", name)
    place.scan()
    place.write("p_A/d/late.csv", "late")
    place.write("p_A/e/late.csv", "late")
    if kind == "disk":
        mount("--bind", str(place.root), str(place.root))
        mount("-o", "remount,ro,bind", str(place.root))
    else:
        target = place.root / ("p_A/d/late.csv" if kind == "file" else "p_A/d/.metadata")
        target.chmod(0o000 if kind == "file" else 0o555)
    said = ""
    if kind == "disk":
        try:
            place.scan(timeout=2)
            trial.fail("a scan of a read-only disk said that all is well")
        except (MDJourneyError, OSError) as exc:
            said = str(exc)
        trial.expect("ead-only" in said, f"not told why: {said!r}")
        mount("-o", "remount,rw,bind", str(place.root))
    else:
        with place.leading(watch="off") as leader:
            until(lambda: "late.csv" in place.entries("p_A/e"), 10, "the other dataset")
            until(lambda: leader.pipeline.status(echo=False).problem, 20, "the problem")
            said = str(leader.pipeline.status(echo=False).problem)
        trial.expect("p_A/d" in said and "ermission" in said, f"not told what and why: {said!r}")
        target.chmod(0o644 if kind == "file" else 0o755)
    place.note()
    place.scan()
    trial.expect("late.csv" in place.entries("p_A/d"), "a file is not described")
    trial.finish(place)


@contextlib.contextmanager
def _first_failure_ends_it() -> Iterator[None]:
    """A dataset or file that fails ends the whole pass."""
    from mdjourney_backend.pipeline.pipeline import Pipeline
    from mdjourney_backend.pipeline.reading import Reader

    def one(self: Any, place: Any, _problems: Any) -> None:
        with self._state:
            self._left[place.dataset_id] = self._ingest.bring_in_step(place)

    def read_one(self: Any, beneath: Any, dataset_path: str, seen: Any, growing: bool) -> Any:
        descriptor = beneath.open(seen.path)
        try:
            return self._file(beneath, descriptor, f"{dataset_path}/{seen.path}", seen, growing)
        finally:
            os.close(descriptor)

    with patch.object(Pipeline, "_one", one), patch.object(Reader, "_one", read_one):
        yield


F4P = Fault(
    code="F4p",
    what="a plain account: unreadable file, unwritable dataset, disk that turns read-only",
    protection="what fails holds up no other dataset, is told with its path, and stays pending",
    trial=_forbidden,
    trials=60,
    few=3,
    controls={"going on after a failure": Control(_first_failure_ends_it, 6, 1)},
)
