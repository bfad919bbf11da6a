"""The embedded server: made, owned, ended, and started again after every kind of death."""

import contextlib
import os
import pwd
import signal
import stat
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psutil
import psycopg
import pytest
from harness.waiting import until

from mdjourney_store.embedded import EmbeddedPostgres, processes
from mdjourney_store.problems import EmbeddedServerProblem, HomeInUse

OWNER = """
import sys, time
from pathlib import Path
from mdjourney_store.embedded import EmbeddedPostgres
server = EmbeddedPostgres(Path(sys.argv[1]), shared=Path(sys.argv[2]), durable=False)
print(server.start().owner_url, flush=True)
time.sleep(600)
"""


@pytest.fixture
def embedded(short: Path) -> Iterator[EmbeddedPostgres]:
    home = Path(tempfile.mkdtemp(dir=short, prefix="h"))
    server = EmbeddedPostgres(home, shared=short / "s", durable=False)
    yield server
    server.stop()


def home_of(server: EmbeddedPostgres) -> Path:
    return server._own.parent


def owner_process(server: EmbeddedPostgres) -> tuple["subprocess.Popen[str]", str]:
    owner = subprocess.Popen(
        [sys.executable, "-c", OWNER, str(home_of(server)), str(server._shared)],
        stdout=subprocess.PIPE,
        text=True,
    )
    assert owner.stdout is not None
    return owner, owner.stdout.readline().strip()


def serving(server: EmbeddedPostgres) -> list[psutil.Process]:
    data = server.status().data
    assert data is not None
    return processes.leftovers(data)


def test_each_role_can_sign_in_and_only_with_its_password(embedded: EmbeddedPostgres) -> None:
    urls = embedded.start()
    for url, role in (
        (urls.admin_url, "mdj_admin"),
        (urls.owner_url, "mdj_owner"),
        (urls.backend_url, "mdj_backend"),
    ):
        with psycopg.connect(url) as connection:
            assert connection.execute("SELECT current_user").fetchone() == (role,)
        wrong = url.replace(f"{role}:", f"{role}:x")
        with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
            psycopg.connect(wrong)


def test_it_listens_on_no_port_and_its_folders_are_closed(embedded: EmbeddedPostgres) -> None:
    urls = embedded.start()
    with psycopg.connect(urls.admin_url) as connection:
        assert connection.execute("SHOW listen_addresses").fetchone() == ("",)
        assert connection.execute("SHOW server_encoding").fetchone() == ("UTF8",)
        row = connection.execute(
            "SELECT datlocprovider, datlocale FROM pg_database WHERE datname = 'mdjourney'"
        ).fetchone()
        assert row == (b"b", "C.UTF-8") or row == ("b", "C.UTF-8")
    place = embedded._place()
    for folder in (place.base, place.data, place.sockets, embedded._own):
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700, folder
    assert stat.S_IMODE((embedded._own / "secrets.json").stat().st_mode) == 0o600


def test_it_never_runs_as_root(embedded: EmbeddedPostgres) -> None:
    embedded.start()
    assert {process.uids().effective for process in serving(embedded)} != {0}
    assert all(process.uids().effective != 0 for process in serving(embedded))


def test_passwords_stand_in_no_argument_and_no_environment(embedded: EmbeddedPostgres) -> None:
    embedded.start()
    secrets = [s.encode() for s in embedded._secrets().values()]
    for process in serving(embedded):
        for source in ("cmdline", "environ"):
            with contextlib.suppress(FileNotFoundError, PermissionError):
                said = Path(f"/proc/{process.pid}/{source}").read_bytes()
                assert not any(secret in said for secret in secrets)


def test_stop_leaves_no_process_and_the_next_start_finds_the_data(embedded: EmbeddedPostgres) -> None:
    with psycopg.connect(embedded.start().owner_url) as connection:
        connection.execute("CREATE TABLE kept (n int)")
    embedded.stop()
    assert serving(embedded) == []
    assert embedded.status().state == "stopped"
    assert not list(embedded._place().sockets.iterdir())
    with psycopg.connect(embedded.start().owner_url) as connection:
        connection.execute("SELECT n FROM kept")
    embedded.stop()
    embedded.stop()


def test_it_ends_when_its_owner_is_killed_and_starts_again_with_every_committed_row(
    embedded: EmbeddedPostgres,
) -> None:
    owner, url = owner_process(embedded)
    with psycopg.connect(url) as connection:
        connection.execute("CREATE TABLE kept AS SELECT generate_series(1, 1000) AS n")
    assert serving(embedded)
    owner.kill()
    owner.wait()
    assert owner.stdout is not None
    owner.stdout.close()
    until(lambda: not serving(embedded))
    with psycopg.connect(embedded.start().owner_url) as connection:
        assert connection.execute("SELECT count(*) FROM kept").fetchone() == (1000,)


def test_a_second_owner_is_refused_naming_the_first_and_a_short_command_shares(
    embedded: EmbeddedPostgres,
) -> None:
    owner, _ = owner_process(embedded)
    try:
        with pytest.raises(HomeInUse, match=str(owner.pid)):
            embedded.start(wait_seconds=0.1)
        with psycopg.connect(embedded.start(share=True).owner_url) as connection:
            connection.execute("SELECT 1")
        embedded.stop()
        assert serving(embedded)
    finally:
        owner.kill()
        owner.communicate()
    until(lambda: not serving(embedded))


@pytest.mark.parametrize("stopped", [False, True])
def test_a_server_left_behind_by_a_dead_keeper_is_ended_first(
    embedded: EmbeddedPostgres, stopped: bool
) -> None:
    embedded.start()
    keeper, watch = embedded._keeper, embedded._watch
    assert keeper is not None
    assert watch is not None
    watch.stop()  # with its owner; it would start the next owner's server a second time
    embedded._watch = None
    before = serving(embedded)
    keeper.kill()
    keeper.wait()
    if stopped:
        for process in before:
            with contextlib.suppress(psutil.NoSuchProcess):  # a worker that had nothing to do
                process.send_signal(signal.SIGSTOP)
    assert keeper.stdin is not None
    keeper.stdin.close()
    assert embedded._lock is not None
    os.close(embedded._lock)  # what the end of an owner does
    embedded._lock = embedded._keeper = None
    with psycopg.connect(embedded.start().owner_url) as connection:
        connection.execute("SELECT 1")
    assert not any(processes.alive(process) for process in before)


def test_a_killed_server_recovers(embedded: EmbeddedPostgres) -> None:
    with psycopg.connect(embedded.start().owner_url) as connection:
        connection.execute("CREATE TABLE kept AS SELECT generate_series(1, 1000) AS n")
    postmaster = processes.postmaster(embedded._place().data)
    assert postmaster is not None
    postmaster.kill()
    until(lambda: not processes.alive(postmaster))  # whether or not it is being started again by now
    embedded.stop()
    with psycopg.connect(embedded.start().owner_url) as connection:
        assert connection.execute("SELECT count(*) FROM kept").fetchone() == (1000,)


@pytest.mark.parametrize("kind", ["zombie", "recycled", "gone", "garbage"])
def test_a_number_in_a_pid_file_is_not_believed(embedded: EmbeddedPostgres, kind: str) -> None:
    """PostgreSQL itself refuses to start while that number names any live process of its account."""
    embedded.start()
    embedded.stop()
    place = embedded._place()
    account = place.data.stat().st_uid
    other = subprocess.Popen(["sleep", "60"], user=account if os.geteuid() == 0 else None)
    number = str(other.pid)
    if kind in {"zombie", "gone"}:
        other.kill()
        until(lambda: psutil.Process(other.pid).status() == psutil.STATUS_ZOMBIE)
    if kind == "gone":
        other.wait()
    file = place.data / "postmaster.pid"
    file.write_text("?" if kind == "garbage" else f"{number}\n{place.data}\n1\n5432\n{place.sockets}\n\n")
    if os.geteuid() == 0:
        os.chown(file, account, account)
    try:
        assert processes.postmaster(place.data) is None
        embedded.start()
        assert kind != "recycled" or other.poll() is None
    finally:
        other.kill()
        other.wait()


def test_an_interrupted_creation_is_made_good(embedded: EmbeddedPostgres) -> None:
    embedded.start()
    embedded.stop()
    place = embedded._place()
    (place.data / "PG_VERSION").unlink()
    place.data.rename(place.base / "new-half")
    with psycopg.connect(embedded.start().backend_url) as connection:
        connection.execute("SELECT 1")
    assert not list(place.base.glob("new-*"))


@pytest.mark.skipif(os.geteuid() != 0, reason="only root runs the server as somebody else")
def test_programs_the_account_cannot_reach_are_copied(short: Path) -> None:
    closed = Path(tempfile.mkdtemp(dir=short, prefix="c"))
    from mdjourney_store.embedded.account import Account
    from mdjourney_store.embedded.binaries import packaged, reachable

    package = packaged().parent
    for part in (package, package.with_name(f"{package.name}.libs")):
        (closed / part.name).symlink_to(part)
    account = Account.choose()
    for _ in range(2):
        programs = reachable(account, short / "s", closed / package.name / packaged().name)
        assert short / "s" in programs.root.parents
        assert programs.major >= 14
        assert account.run([programs.program("initdb"), "--version"]).returncode == 0
    assert len(list((short / "s").glob("postgresql-*"))) == 1


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGQUIT, signal.SIGINT])
def test_a_server_that_dies_while_it_is_owned_is_started_again(
    embedded: EmbeddedPostgres, number: signal.Signals
) -> None:
    urls = embedded.start()
    with psycopg.connect(urls.owner_url) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 1 AS n")
    first = embedded.status().pid
    assert first is not None
    os.kill(first, number)
    until(lambda: embedded.status().pid not in (None, first))
    embedded._wait_until_answering(urls, 60)
    with psycopg.connect(urls.owner_url) as connection:
        assert connection.execute("SELECT n FROM kept").fetchone() == (1,)
    embedded.stop()
    assert serving(embedded) == []


@pytest.mark.skipif(os.geteuid() != 0, reason="only root runs the server as somebody else")
@pytest.mark.parametrize("found", ["absent", "closed"])
def test_a_strict_umask_does_not_shut_the_account_out(short: Path, found: str) -> None:
    from mdjourney_store.embedded.account import Account
    from mdjourney_store.embedded.place import find_place

    shared = Path(tempfile.mkdtemp(dir=short, prefix="v")) / "mdjourney"
    own = Path(tempfile.mkdtemp(dir=short, prefix="h"))
    account = Account.choose()
    before = os.umask(0o077)
    try:
        if found == "closed":
            shared.mkdir()
        shared.parent.chmod(0o755)
        place = find_place(own, account, shared)
    finally:
        os.umask(before)
    assert account.run(["/bin/sh", "-c", 'test -w "$1"', "sh", place.base]).returncode == 0
    assert stat.S_IMODE(place.base.stat().st_mode) == 0o700


@pytest.mark.skipif(os.geteuid() != 0, reason="needs to become somebody else")
def test_it_works_as_a_plain_user_with_a_home_of_a_long_name(short: Path) -> None:
    home = Path(tempfile.mkdtemp(dir=short, prefix="u")) / ("long" * 30)
    home.parent.chmod(0o777)
    nobody = pwd.getpwnam("nobody")
    script = f"""
import sys
sys.path[:] = {sys.path!r}
from pathlib import Path
import psycopg
from mdjourney_store.embedded import EmbeddedPostgres
server = EmbeddedPostgres(Path({str(home)!r}), durable=False)
with psycopg.connect(server.start().owner_url) as c:
    print(c.execute("SELECT current_user").fetchone()[0], server.status().data)
server.stop()
"""
    read, write = os.pipe()
    child = os.fork()
    if child == 0:  # the interpreter may lie where nobody can reach it: become somebody else without exec
        try:
            os.dup2(write, 1)
            os.setgroups([])
            os.setgid(nobody.pw_gid)
            os.setuid(nobody.pw_uid)
            sys.stdout = os.fdopen(1, "w")
            exec(script, {})
            sys.stdout.flush()
            os._exit(0)
        except BaseException as error:
            os.write(1, repr(error).encode())
            os._exit(1)
    os.close(write)
    with os.fdopen(read) as pipe:
        said = pipe.read()
    assert os.waitpid(child, 0)[1] == 0, said
    assert said.split() == ["mdj_owner", str(home / "postgres" / "data")]


def test_another_major_version_is_refused_in_words(embedded: EmbeddedPostgres) -> None:
    embedded.start()
    embedded.stop()
    (embedded._place().data / "PG_VERSION").write_text("9\n")
    with pytest.raises(EmbeddedServerProblem, match="written by PostgreSQL 9"):
        embedded.start()


def test_a_start_that_fails_is_tried_again_until_it_works(embedded: EmbeddedPostgres) -> None:
    urls = embedded.start()
    first, place = embedded.status().pid, embedded._place()
    assert first is not None
    (place.data / "global").rename(place.data / "gone")
    os.kill(first, signal.SIGKILL)
    until(lambda: "global/pg_control" in place.log.read_text(encoding="utf-8", errors="replace"))
    (place.data / "gone").rename(place.data / "global")
    until(lambda: embedded.status().pid not in (None, first), 40)
    embedded._wait_until_answering(urls, 60)
