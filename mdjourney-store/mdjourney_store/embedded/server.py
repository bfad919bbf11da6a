"""Life of the embedded server: create, start, hand out URLs, stop; it ends when its owner ends."""

import contextlib
import fcntl
import json
import logging
import os
import secrets
import shutil
import subprocess
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Literal
from urllib.parse import quote

import psycopg

from mdjourney_store.connection import Store
from mdjourney_store.database_roles import ADMIN, BACKEND, DATABASE, OWNER
from mdjourney_store.dump import dump_over, read_header, restore_into
from mdjourney_store.embedded import moving, processes
from mdjourney_store.embedded import place as places
from mdjourney_store.embedded.account import Account
from mdjourney_store.embedded.binaries import Binaries, of_major, reachable
from mdjourney_store.embedded.copies import Copies
from mdjourney_store.embedded.settings import locale_for, settings_for
from mdjourney_store.embedded.signing_in import ensure_roles
from mdjourney_store.embedded.watch import Watch
from mdjourney_store.migrate import upgrade
from mdjourney_store.problems import EmbeddedServerProblem, HomeInUse

#: Primary rows as they were at the last clean stop, or at most a day ago.
COPY: Final = "primary.jsonl"

_log = logging.getLogger(__name__)

#: The shell is the server's parent: while it has not reaped it, the number cannot belong to anybody else. It waits
#: for the end of its standard input, a pipe the owner holds, and then asks for a fast shutdown. kill -9 of the owner
#: closes the pipe as well.
#: It asks again until the server is gone: one that is only just being executed still ignores the signal.
_KEEPER: Final = """
"$@" </dev/null & server=$!
cat >/dev/null
while kill -INT $server 2>/dev/null; do sleep 0.1; done
wait $server
"""


@dataclass(frozen=True, slots=True)
class Urls:
    """psycopg URLs of one database, one for each role. They hold passwords: never log them."""

    admin_url: str = field(repr=False)
    owner_url: str = field(repr=False)
    backend_url: str = field(repr=False)

    def of(self, database: str) -> "Urls":
        """The same roles in another database of the server."""
        here, there = f"/{DATABASE}?", f"/{database}?"
        return Urls(*(url.replace(here, there) for url in (self.admin_url, self.owner_url, self.backend_url)))


@dataclass(frozen=True, slots=True)
class ServerStatus:
    """`state` is `running`, `stopped` or `absent` (never created); `set_aside` are data folders of former majors."""

    state: Literal["running", "stopped", "absent"]
    data: Path | None
    pid: int | None
    version: str | None
    set_aside: tuple[Path, ...] = ()


class EmbeddedPostgres:
    """The PostgreSQL server of one home.

    Args:
        home: operator's home; secrets lie in `home/postgres` (0700).
        shared: where data lies when we are root, and copies of the programs.
        binaries: a PostgreSQL installation to use instead of the packaged one.
        durable: False turns fsync and copies of primary rows off; only for databases that are thrown away.
    """

    def __init__(
        self, home: Path, *, shared: Path = places.SHARED, binaries: Path | None = None, durable: bool = True
    ) -> None:
        self._own = home / "postgres"
        self._shared = shared
        self._installation = binaries
        self._durable = durable
        self._keeper: subprocess.Popen[bytes] | None = None
        self._lock: int | None = None
        self._copies: Copies | None = None
        self._watch: Watch | None = None
        #: The last `start` began with primary rows alone (another major): the trees have to send the rest again.
        self.begun_anew = False

    def start(self, *, share: bool = False, wait_seconds: float = 30) -> Urls:
        """Start the server, creating it the first time, and own it until `stop` or the end of this process. One that
        dies meanwhile is started again.

        Whatever an owner that was killed left behind is ended first. A database of another PostgreSQL major is set
        aside and begun anew with its primary rows; the rest is sent again by the trees.

        Args:
            share: use the server of another live owner if there is one, for short commands beside `serve`.
            wait_seconds: how long to wait for another owner to end (without `share`), and for the server to answer.

        Raises:
            HomeInUse: another live process owns the server.
            EmbeddedServerProblem: it cannot be created or started; the detail ends with the server's last words.
        """
        if self._lock is not None:
            return self.urls()
        account = Account.choose()
        self._own.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        places.private(self._own)
        if not self._take_ownership(share, wait_seconds):
            self._wait_until_answering(self.urls(), wait_seconds)
            return self.urls()
        try:
            return self._start_owned(account, wait_seconds)
        except BaseException:
            self.stop()
            raise

    def stop(self) -> None:
        """End the server if we own it; returns when its processes are gone. Doing it twice is harmless."""
        copies, self._copies = self._copies, None
        if copies is not None:
            copies.stop()
        watch, self._watch = self._watch, None
        if watch is not None:
            watch.stop()
        self._end_server()
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None

    def _end_server(self) -> None:
        keeper, self._keeper = self._keeper, None
        if keeper is None:
            return
        place = self._place()
        assert keeper.stdin is not None
        keeper.stdin.close()
        with contextlib.suppress(subprocess.TimeoutExpired):
            keeper.wait(15)
        processes.clear_stale(place.data, place.sockets)
        keeper.wait()

    def status(self) -> ServerStatus:
        """What is there and whether it runs; starts nothing."""
        if not (self._own / "place.json").exists():
            return ServerStatus("absent", None, None, None)
        place = self._place()
        try:
            version = (place.data / "PG_VERSION").read_text(encoding="ascii").strip()
        except FileNotFoundError:
            return ServerStatus("absent", place.data, None, None)
        process = processes.postmaster(place.data)
        return ServerStatus(
            "running" if process else "stopped",
            place.data,
            process.pid if process else None,
            version,
            tuple(sorted(place.base.glob("data-*"))),
        )

    def urls(self) -> Urls:
        """URLs of the server, also while it does not run.

        Raises:
            EmbeddedServerProblem: it was never created.
        """
        place, kept = self._place(), self._secrets()
        host = quote(str(place.sockets), safe="")

        def url(role: str) -> str:
            return f"postgresql://{role}:{kept[role]}@/{DATABASE}?host={host}&port=5432"

        return Urls(url(ADMIN), url(OWNER), url(BACKEND))

    def programs(self) -> Binaries:
        """The installation (`pg_dump`, `psql`, ...) as the server's account can run it."""
        return reachable(Account.choose(), self._shared, self._installation)

    def destroy(self) -> None:
        """Stop the server and remove all its data and secrets."""
        self.stop()
        places.forget(self._own)
        shutil.rmtree(self._own, ignore_errors=True)

    # -- ownership

    def _take_ownership(self, share: bool, seconds: float) -> bool:
        lock = os.open(self._own / "owner.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        until = time.monotonic() + seconds
        while True:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                holder = os.pread(lock, 32, 0).decode().strip() or "unknown"
            if share and (self._own / "ready").exists():
                os.close(lock)
                return False
            if time.monotonic() > until:
                os.close(lock)
                raise HomeInUse(
                    f"{self._own.parent} is served by process {holder}: stop it, or use another home"
                )
            time.sleep(0.05)
        os.ftruncate(lock, 0)
        os.pwrite(lock, str(os.getpid()).encode(), 0)
        (self._own / "ready").unlink(missing_ok=True)
        self._lock = lock
        return True

    # -- creating and starting

    def _start_owned(self, account: Account, seconds: float) -> Urls:
        programs = reachable(account, self._shared, self._installation)
        place = places.find_place(self._own, account, self._shared)
        former = _major_of(place)
        if former is not None and former != programs.major:
            self._set_aside(former, place, account, seconds)
            former = None
        if former is None:
            self._create(programs, place, account)
        else:
            processes.clear_stale(place.data, place.sockets)
        urls = self._serve(programs, place, account, seconds)
        if not (self._own / "roles").exists():
            ensure_roles(urls.of("postgres").admin_url, self._secrets())
            (self._own / "roles").touch(mode=0o600)
        self._finish_move(urls)
        (self._own / "ready").touch(mode=0o600)
        self._watch = Watch(place.data, lambda: self._again(programs, place, account, seconds))
        self._watch.start()
        if self._durable:
            self._copies = Copies(self._own / COPY, urls.owner_url)
            self._copies.start()
        return urls

    def _serve(self, programs: Binaries, place: places.Place, account: Account, seconds: float) -> Urls:
        self._launch(programs, place, account)
        urls = self.urls()
        self._wait_until_answering(urls, seconds, ADMIN)
        return urls

    def _again(self, programs: Binaries, place: places.Place, account: Account, seconds: float) -> None:
        self._end_server()
        processes.clear_stale(place.data, place.sockets)
        self._serve(programs, place, account, seconds)

    # -- another major

    def _set_aside(self, former: int, place: places.Place, account: Account, seconds: float) -> None:
        copy = self._own / COPY
        programs = of_major(former, account, self._shared)
        if programs is not None:
            processes.clear_stale(place.data, place.sockets)
            try:
                urls = self._serve(programs, place, account, seconds)
                upgrade(urls.owner_url)
                self._dump(urls, copy)
            finally:
                self._end_server()
        elif not copy.exists():
            raise EmbeddedServerProblem(
                f"{place.data} was written by PostgreSQL {former}, whose programs are not on this machine, and no copy of "
                f"its primary rows lies in {self._own}: install PostgreSQL {former} beside the new one, or remove the "
                "folder to begin without roles, API trials and audit"
            )
        moving.begin(self._own, moving.Move(str(copy), former, current=programs is not None))
        kept = moving.set_aside(place, former)
        _log.warning(
            "the database of PostgreSQL %d was set aside in %s; remove it when all is well", former, kept
        )

    def _dump(self, urls: Urls, path: Path) -> None:
        store = Store(urls.owner_url, size=1)
        try:
            dump_over(store, path)
        finally:
            store.close()

    def _finish_move(self, urls: Urls) -> None:
        move = moving.under_way(self._own)
        if move is None:
            return
        source = Path(move.source)
        rows = restore_into(urls.owner_url, source)
        moving.end(self._own)
        self.begun_anew = True
        _log.warning("%d primary rows of PostgreSQL %d were taken over from %s", rows, move.former, source)
        if not move.current:
            _log.warning(
                "PostgreSQL %d was no longer there: what was recorded after %s is only in the folder set aside",
                move.former, read_header(source).at,
            )  # fmt: skip

    # -- files

    def _create(self, programs: Binaries, place: places.Place, account: Account) -> None:
        kept = {role: secrets.token_urlsafe(32) for role in (ADMIN, OWNER, BACKEND)}
        places.write_private(self._own / "secrets.json", json.dumps(kept))
        (self._own / "roles").unlink(missing_ok=True)
        for half_made in place.base.glob("new-*"):
            shutil.rmtree(half_made)
        folder = Path(tempfile.mkdtemp(dir=place.base, prefix="new-"))
        account.give(folder)
        password = folder / "password"
        places.write_private(password, kept[ADMIN])
        account.give(password)
        answer = account.run(
            [programs.program("initdb"), "-D", folder / "data", "-U", ADMIN, f"--pwfile={password}",
             "--auth=scram-sha-256", "--encoding=UTF8", *locale_for(programs.major), *([] if self._durable else ["--no-sync"])],
            timeout=300,
        )  # fmt: skip
        if answer.returncode != 0:
            raise EmbeddedServerProblem(f"initdb failed: {answer.stderr.strip()[-1000:]}")
        (folder / "data").rename(place.data)
        shutil.rmtree(folder)

    def _launch(self, programs: Binaries, place: places.Place, account: Account) -> None:
        if place.log.exists() and place.log.stat().st_size > 10_000_000:
            place.log.replace(place.log.with_suffix(".log.1"))
        settings = settings_for(place.sockets, durable=self._durable)
        options = [part for key, value in settings.items() for part in ("-c", f"{key}={value}")]
        log = os.open(place.log, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o600)
        try:
            command = ["/bin/sh", "-c", _KEEPER, "mdjourney-postgres"]
            self._keeper = account.spawn(
                [*command, programs.program("postgres"), "-D", place.data, *options], log
            )
        finally:
            os.close(log)

    def _wait_until_answering(self, urls: Urls, seconds: float, role: str = OWNER) -> None:
        url = urls.admin_url if role == ADMIN else urls.owner_url
        if role == ADMIN:
            url = urls.of("postgres").admin_url
        until = time.monotonic() + seconds
        while True:
            try:
                psycopg.connect(url, connect_timeout=2).close()
            except psycopg.OperationalError as error:
                problem = error
            else:
                return
            if self._keeper is not None and processes.only_waits(self._keeper.pid):
                raise EmbeddedServerProblem(f"PostgreSQL ended at once: {self._last_words()}")
            if time.monotonic() > until:
                raise EmbeddedServerProblem(f"PostgreSQL does not answer ({problem}): {self._last_words()}")
            time.sleep(0.02)

    def _last_words(self) -> str:
        log = self._place().log
        lines = log.read_text(encoding="utf-8", errors="replace").splitlines() if log.exists() else []
        return " | ".join(lines[-5:])

    # -- what is remembered

    def _place(self) -> places.Place:
        return places.remembered(self._own)

    def _secrets(self) -> dict[str, str]:
        try:
            kept: dict[str, str] = json.loads((self._own / "secrets.json").read_text(encoding="utf-8"))
        except FileNotFoundError as error:
            raise EmbeddedServerProblem(f"no database was created in {self._own.parent} yet") from error
        return kept


def _major_of(place: places.Place) -> int | None:
    """The major that wrote the data folder, None where there is none."""
    try:
        return int((place.data / "PG_VERSION").read_text(encoding="ascii"))
    except FileNotFoundError:
        return None
