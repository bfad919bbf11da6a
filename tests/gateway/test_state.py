"""The gateway's state: a file or PostgreSQL alike, shared by several gateways, moved from one to the other."""

import json
import os
import signal
import sqlite3
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor

import httpx
import psycopg
import pytest
from gateway.served import PASSWORD, Served, eventually, quick_accounts, ready, state_of
from sqlalchemy import text

from mdjourney_contract.people import Identity
from mdjourney_contract.problems import Conflict, Invalid, NotFound, Unavailable
from mdjourney_gateway.accounts import callers
from mdjourney_gateway.configs import Configs
from mdjourney_gateway.configs.check import Checked
from mdjourney_gateway.sessions import keeping
from mdjourney_gateway.sessions.ledger import Ledger
from mdjourney_gateway.sessions.view import View
from mdjourney_gateway.state import State
from mdjourney_gateway.state.database import VERSION
from mdjourney_gateway.state.looking import look
from mdjourney_gateway.state.moving import move

PROGRAM = [sys.executable, "-m", "mdjourney"]


@pytest.fixture
def homes(place):
    """Two gateways' homes below one place."""
    for name in ("a", "b"):
        (place / name).mkdir()
        (place / name / "home").mkdir(mode=0o700)
    return place / "a", place / "b"


@pytest.fixture
def state(place, state_url):
    opened = State.open(place / "home", state_url)
    yield opened
    opened.close()


def test_of_two_last_admins_one_stays_whoever_is_quicker(state):
    accounts = quick_accounts(state)
    for round_number in range(5):
        for name in ("ada", "bob"):
            if round_number == 0:
                accounts.add(name, role="admin")
            else:
                accounts.change(name, {"role": "admin"})
        together = threading.Barrier(2)

        def demote(name, together=together):
            together.wait(10)
            try:
                accounts.change(name, {"role": "researcher"})
            except (Conflict, Unavailable):
                return

        with ThreadPoolExecutor(2) as pool:
            list(pool.map(demote, ("ada", "bob")))
        assert [a for a in accounts.all() if a.role == "admin"]


def test_two_people_cannot_take_folders_that_lie_in_each_other(state, place):
    quick_accounts(state).add("ada")
    (place / "data/inner").mkdir()
    configs = Configs(state)

    def register(path):
        try:
            configs.register(Identity(user_id="ada"), checked(path))
        except Conflict:
            return False
        return True

    for _ in range(5):
        with ThreadPoolExecutor(2) as pool:
            done = list(pool.map(register, (place / "data", place / "data/inner")))
        assert done.count(True) == 1
        (kept,) = configs.all()
        configs.delete(Identity(user_id="ada"), kept.config_id)


def checked(path):
    from mdjourney_contract.session_config import load_session_config

    text_of = f"monitor_path: {path}\n"
    return Checked(load_session_config(text_of), text_of)


def test_sessions_are_written_down_and_found_again(state):
    ledger = Ledger(state)
    view = View(
        session_id="s", user_id="ada", config_id="c", name="n", monitor_path="/x", resident=False, state="ready", port=8100,
        pid=4, started_at=1.0, last_used_at=1.0, reason=None, log_tail=None, restarts=0, spawn_seconds=None,
    )  # fmt: skip
    ledger.note(view, "77")
    ledger.note(view, "78")
    (found,) = ledger.unended()
    assert (found.session_id, found.backend.pid_started) == ("s", "78")
    ledger.close("s")
    assert ledger.unended() == []


def test_a_value_no_column_takes_is_a_fault_of_the_caller(state):
    if not state.shared:
        pytest.skip("a file takes anything")
    with pytest.raises(Invalid):
        quick_accounts(state).add("ada", name="x\0")


def test_a_state_of_a_newer_program_is_refused(place, state_url):
    opened = State.open(place / "home", state_url)
    with opened.transaction() as connection:
        newer = f"COMMENT ON SCHEMA mdjourney_gateway IS 'version {VERSION + 1}'"
        connection.execute(text(newer if opened.shared else f"PRAGMA user_version = {VERSION + 1}"))
    opened.close()
    with pytest.raises(Unavailable, match="upgrade mdjourney"):
        State.open(place / "home", state_url)


def test_a_state_of_the_program_before_is_brought_up(place):
    State.open(place / "home").close()
    with sqlite3.connect(place / "home/gateway.sqlite") as connection:
        for table in ("config", "session"):
            connection.execute(f"ALTER TABLE {table} DROP COLUMN gateway")
        connection.execute("PRAGMA user_version = 1")
    connection.close()
    opened = State.open(place / "home")
    assert Configs(opened).all() == []
    assert Ledger(opened).unended() == []
    opened.close()


def test_a_role_of_backends_sees_nothing_of_it(server, empty_database, place):
    opened = State.open(place / "home", empty_database)
    quick_accounts(opened).add("ada", password=PASSWORD)
    opened.close()
    with (
        psycopg.connect(server.of("fresh").backend_url) as connection,
        pytest.raises(psycopg.errors.InsufficientPrivilege),
    ):
        connection.execute("SELECT * FROM mdjourney_gateway.account")


def test_a_sign_in_at_one_gateway_holds_at_the_other_and_ends_at_both(homes, empty_database, monkeypatch):
    monkeypatch.setattr(callers, "REMEMBER_SECONDS", 0.2)
    a, b = (Served(home, state_url=empty_database) for home in homes)
    with a, b, a.person() as ada, b.person("boss") as boss, httpx.Client(base_url=b.url) as there:
        there.cookies.update(ada.cookies)
        assert there.get("/api/auth/me").json()["user"]["user_id"] == "ada"
        token = ada.post("/api/auth/tokens", json={"name": "t"}).json()["token"]
        bearer = {"Authorization": f"Bearer {token}"}
        assert httpx.get(b.url + "/api/auth/me", headers=bearer).status_code == 200
        boss.patch("/api/users/ada", json={"disabled": True})
        for asked in (ada, there):
            eventually(lambda asked=asked: asked.get("/api/auth/me").status_code == 401)


def test_each_gateway_has_its_own_sessions_and_brings_back_no_other(
    homes, place, empty_database, monkeypatch
):
    monkeypatch.setattr(keeping, "FOLLOW_SECONDS", 0.05)
    (homes[0] / "data").mkdir()
    kwargs = {"state_url": empty_database, "allowed_roots": (place,)}
    with Served(homes[0], **kwargs) as a, a.person() as ada:
        session = ready(ada, homes[0] / "data", keep_running=True)
        with Served(homes[1], **kwargs) as b, b.person("ada") as elsewhere:
            assert elsewhere.get("/api/session").json()["sessions"] == []
            assert elsewhere.get("/api/sessions").json()["items"] == []
            (config,) = elsewhere.get("/api/configs").json()["items"]
            assert elsewhere.delete(f"/api/configs/{config['config_id']}").is_success
            eventually(lambda: state_of(ada, session) in (None, "stopped"))


def test_postgresql_that_stands_still_is_not_waited_for_for_ever(place, server, empty_database, monkeypatch):
    monkeypatch.setattr("mdjourney_gateway.state.postgres.SECONDS", 3.0)
    opened = State.open(place / "home", empty_database)
    with psycopg.connect(server.of("fresh").admin_url) as admin, opened.transaction() as connection:
        pid = connection.execute(text("SELECT pg_backend_pid()")).scalar()
        assert admin.execute("SELECT 1 FROM pg_stat_activity WHERE pid = %s", (pid,)).fetchone()
    os.kill(pid, signal.SIGSTOP)
    try:
        accounts = quick_accounts(opened)
        assert accounts.count() == 0  # the connection that does not answer is replaced
    finally:
        os.kill(pid, signal.SIGCONT)
        opened.close()


def test_postgresql_that_is_away_is_a_503_and_comes_back(homes, server, empty_database):
    with Served(homes[0], state_url=empty_database) as served, served.person() as ada:
        with psycopg.connect(server.of("postgres").admin_url, autocommit=True) as admin:
            admin.execute("ALTER DATABASE fresh ALLOW_CONNECTIONS false")
            admin.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = 'fresh'")
            answer = ada.get("/api/configs")
            assert answer.status_code == 503
            assert answer.headers["retry-after"] == "2"
            admin.execute("ALTER DATABASE fresh ALLOW_CONNECTIONS true")
        eventually(lambda: ada.get("/api/configs").status_code == 200)


@pytest.mark.parametrize("url", ["mysql://x/y", "nonsense", "sqlite:///x"])
def test_an_address_of_something_else_is_refused(place, url):
    with pytest.raises(Invalid, match="state_url"):
        State.open(place / "home", url)


def test_a_state_moves_whole_and_its_people_stay_signed_in(place, empty_database):
    with Served(place) as before, before.person() as ada:
        ready(ada, place / "data", keep_running=False)
        cookies = dict(ada.cookies)
        configs = ada.get("/api/configs").json()["items"]
    environ = {**os.environ, "MDJOURNEY_STATE_URL": empty_database}
    command = [*PROGRAM, "state", "move", "--home", str(place / "home"), "--json"]
    done = subprocess.run(command, env=environ, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert told["rows"]["account"] == 1
    assert told["rows"]["config"] == 1
    assert not (place / "home/gateway.sqlite").exists()
    assert (place / "home/gateway.sqlite.moved").exists()
    with (
        Served(place, state_url=empty_database) as after,
        httpx.Client(base_url=after.url, cookies=cookies) as ada,
    ):
        assert [c["config_id"] for c in ada.get("/api/configs").json()["items"]] == [
            c["config_id"] for c in configs
        ]
        assert len(ada.get("/api/session").json()["sessions"]) == 1
    again = subprocess.run(command, env=environ, capture_output=True, text=True)
    assert again.returncode == 1
    assert "nothing to move" in again.stderr


def test_a_state_is_not_moved_onto_another(place, homes, empty_database):
    for home in (place / "home", homes[0] / "home"):
        opened = State.open(home)
        quick_accounts(opened).add("ada")
        opened.close()
    move(homes[0] / "home", empty_database)
    with pytest.raises(Conflict, match="only an empty state"):
        move(place / "home", empty_database)
    assert (place / "home/gateway.sqlite").exists()
    with pytest.raises(NotFound):
        move(homes[1] / "home", empty_database)


def test_the_doctor_tells_where_the_state_is_and_makes_none(place, state_url):
    where = "PostgreSQL" if state_url else str(place / "home/gateway.sqlite")
    assert look(place / "home", state_url) == f"{where}, made at the first start"
    opened = State.open(place / "home", state_url)
    quick_accounts(opened).add("ada")
    opened.close()
    assert look(place / "home", state_url) == f"{where}, accounts: 1"
    with pytest.raises(Unavailable, match="does not answer"):
        look(place / "home", "postgresql://nobody@127.0.0.1:1/none")
