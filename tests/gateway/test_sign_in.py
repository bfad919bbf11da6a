"""Accounts, sign-ins, one-time links, tokens and the slowing of failures."""

import httpx
import pytest
from gateway.served import PASSWORD, Served, quick_accounts
from sqlalchemy import select

from mdjourney_contract.problems import Conflict, Invalid, TooMany
from mdjourney_gateway.accounts import Links, SignIns, Slowdown, Tokens
from mdjourney_gateway.accounts.sign_ins import ABSOLUTE_SECONDS, IDLE_SECONDS
from mdjourney_gateway.state import State
from mdjourney_gateway.state.tables import metadata


class Clock:
    def __init__(self):
        self.now = 1_000_000.0

    def __call__(self):
        return self.now


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def served(place, state_url):
    """The same promises hold in a file and in PostgreSQL."""
    with Served(place, state_url=state_url) as gateway:
        yield gateway


@pytest.fixture
def state(place, state_url):
    opened = State.open(place / "home", state_url)
    yield opened
    opened.close()


def test_nothing_in_the_state_signs_anybody_in(served, ada):
    link = served.gateway.links.make("login", "ada")
    secret = ada.post("/api/auth/tokens", json={"name": "t"}).json()["token"]
    cookie = ada.cookies["mdj"]
    kept = everything_in(served.gateway.state)
    assert "ada" in kept
    for each in (PASSWORD, link, secret, cookie):
        assert each not in kept
    if not served.gateway.state.shared:
        assert (served.settings.home / "gateway.sqlite").stat().st_mode & 0o077 == 0


def everything_in(state):
    with state.transaction() as connection:
        return repr([connection.execute(select(table)).all() for table in metadata.sorted_tables])


def test_signing_in_again_makes_a_new_cookie_and_ends_the_former(served, ada):
    before = ada.cookies["mdj"]
    ada.post("/api/auth/login", json={"username": "ada", "password": PASSWORD})
    assert ada.cookies["mdj"] != before
    assert httpx.get(served.url + "/api/auth/me", headers={"Cookie": f"mdj={before}"}).status_code == 401


def test_a_cookie_is_worth_nothing_after_signing_out(served, ada):
    cookie = ada.cookies["mdj"]
    answer = ada.post("/api/auth/logout")
    assert "Max-Age=0" in answer.headers["set-cookie"]
    assert httpx.get(served.url + "/api/auth/me", headers={"Cookie": f"mdj={cookie}"}).status_code == 401


def test_a_sign_in_ends_when_idle_and_ends_for_good(state, clock):
    quick_accounts(state).add("ada", password=PASSWORD)
    sign_ins = SignIns(state, clock)
    _, idle = sign_ins.start("ada", None, None)
    clock.now += IDLE_SECONDS - 1
    assert sign_ins.find(idle.id_hash)
    clock.now += IDLE_SECONDS + 1
    assert sign_ins.find(idle.id_hash) is None
    _, used = sign_ins.start("ada", None, None)
    began = clock.now
    while clock.now - began < ABSOLUTE_SECONDS - 3600:
        clock.now += 3600
        assert sign_ins.find(used.id_hash)
    clock.now += 3601
    assert sign_ins.find(used.id_hash) is None


def test_a_new_password_or_role_ends_every_sign_in(served, ada):
    for change in ({"password": PASSWORD + "!"}, {"role": "reader"}):
        password = PASSWORD + "!" if change.get("role") else PASSWORD
        served.gateway.accounts.add("bob", password=PASSWORD) if "password" in change else None
        with httpx.Client(base_url=served.url) as bob:
            bob.post("/api/auth/login", json={"username": "bob", "password": password})
            assert bob.get("/api/auth/me").status_code == 200
            assert ada.patch("/api/users/bob", json=change).status_code == 200
            assert bob.get("/api/auth/me").status_code == 401


def test_people_give_themselves_a_password_and_are_signed_out_everywhere(served, ada):
    link = ada.post("/api/users", json={"username": "bob"}).json()["login_link"]
    with httpx.Client(base_url=served.url) as bob, served.person() as other:
        assert other.get("/api/auth/password").json() == {"has_password": True}
        me = bob.post("/api/auth/login", json={"token": link.partition("=")[2]}).json()
        bob.headers["X-CSRF-Token"] = me["csrf_token"]
        assert bob.get("/api/auth/password").json() == {"has_password": False}
        assert bob.post("/api/auth/password", json={"password": "short"}).status_code == 422
        assert bob.post("/api/auth/password", json={"password": PASSWORD}).status_code == 204
        assert bob.get("/api/auth/me").status_code == 401
        me = bob.post("/api/auth/login", json={"username": "bob", "password": PASSWORD}).json()
        bob.headers["X-CSRF-Token"] = me["csrf_token"]
        for old in (None, "not it"):
            refused = bob.post("/api/auth/password", json={"password": "another one", "old_password": old})
            assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (422, "/old_password")
        new = {"password": "another one", "old_password": PASSWORD}
        assert bob.post("/api/auth/password", json=new).status_code == 204
        assert served.gateway.accounts.verify("bob", "another one")
        assert not served.gateway.accounts.verify("bob", PASSWORD)


def test_a_token_sets_no_password(served, ada):
    secret = ada.post("/api/auth/tokens", json={"name": "t", "scopes": ["write"]}).json()["token"]
    bearer = {"Authorization": f"Bearer {secret}"}
    asked = {"password": "another one", "old_password": PASSWORD}
    assert httpx.post(served.url + "/api/auth/password", json=asked, headers=bearer).status_code == 400


def test_unknown_and_wrong_look_alike(served):
    served.gateway.accounts.add("ada", password=PASSWORD)
    bodies = []
    for name in ("ada", "nobody"):
        answer = httpx.post(served.url + "/api/auth/login", json={"username": name, "password": "wrong"})
        assert answer.status_code == 401
        bodies.append({k: v for k, v in answer.json().items() if k != "instance"})
    assert bodies[0] == bodies[1]


def test_an_unknown_name_costs_as_many_hashes_as_a_known_one(state):
    accounts = quick_accounts(state)
    accounts.add("ada", password=PASSWORD)
    accounts.add("link-only")
    calls = []
    accounts._matches = lambda kept, _password: calls.append(kept) or False
    for name in ("ada", "nobody", "link-only"):
        assert accounts.verify(name, "wrong") is None
    assert len(calls) == 3


@pytest.mark.anyio
async def test_failures_are_slowed_more_and_more_and_good_sign_ins_never(clock):
    waits = []

    async def note(seconds):
        waits.append(seconds)

    slowdown = Slowdown(clock, note)
    for _ in range(12):
        slowdown.admit("10.0.0.1")
        await slowdown.failed("ada", "10.0.0.1")
    assert waits == sorted(waits)
    assert waits[0] == 0.5
    assert waits[-1] == 8.0
    slowdown.admit("10.0.0.1")
    await slowdown.failed("ada", "10.0.0.2")
    assert waits[-1] == 8.0
    clock.now += 3600
    before = len(waits)
    await slowdown.failed("ada", "10.0.0.1")
    assert len(waits) == before


@pytest.mark.anyio
async def test_an_address_with_many_waiting_failures_is_turned_away(clock):
    slowdown = Slowdown(clock)
    slowdown._waiting["10.0.0.1"] = 10
    with pytest.raises(TooMany):
        slowdown.admit("10.0.0.1")
    slowdown.admit("10.0.0.2")


@pytest.mark.anyio
async def test_the_memory_of_failures_is_bounded(clock):
    slowdown = Slowdown(clock)
    for number in range(6000):
        await slowdown.failed(f"user{number}", f"10.{number >> 8}.{number & 255}.1")
    assert len(slowdown._failures) <= 10_000


def test_the_setup_link_works_once_and_only_before_there_is_an_account(place):
    with Served(place) as served:
        link = served.gateway.links.make("setup")
        with httpx.Client(base_url=served.url) as browser:
            assert browser.get(f"/setup?token={link}").status_code in (200, 503)
            body = {"token": link, "username": "ada", "password": "short"}
            assert browser.post("/api/auth/setup", json=body).status_code == 422
            assert (
                browser.post("/api/auth/setup", json={**body, "token": "x", "password": PASSWORD}).status_code
                == 403
            )
            made = browser.post("/api/auth/setup", json={**body, "password": PASSWORD})
            assert made.status_code == 200
            assert made.json()["user"]["role"] == "admin"
            assert browser.get("/api/auth/me").status_code == 200
        again = {"token": served.gateway.links.make("setup"), "username": "eve", "password": PASSWORD}
        assert httpx.post(served.url + "/api/auth/setup", json=again).status_code == 409


def test_a_login_link_works_once_and_expires(served, state, clock):
    served.gateway.accounts.add("ada")
    token = served.gateway.links.make("login", "ada")
    assert httpx.get(f"{served.url}/login?token={token}").status_code in (200, 503)
    first = httpx.post(served.url + "/api/auth/login", json={"token": token})
    assert (first.status_code, first.json()["user"]["user_id"]) == (200, "ada")
    assert httpx.post(served.url + "/api/auth/login", json={"token": token}).status_code == 401
    links = Links(state, clock)
    late = links.make("login", "ada")
    clock.now += 25 * 3600
    assert links.consume("login", late) == (False, None)


def test_tokens_do_what_their_scope_says_until_they_expire(served, ada, state, clock):
    def answers(scopes):
        secret = ada.post("/api/auth/tokens", json={"name": "t", "scopes": scopes}).json()["token"]
        assert secret.startswith("mdj_")
        with httpx.Client(base_url=served.url, headers={"Authorization": f"Bearer {secret}"}) as script:
            return [
                script.get("/api/auth/me").status_code,
                script.post("/api/configs/validate", content=b"x: 1").status_code,
                script.get("/api/users").status_code,
                script.post("/api/auth/tokens", json={"name": "u"}).status_code,
            ]

    assert answers(["read"]) == [200, 403, 403, 403]
    assert answers(["write"]) == [200, 422, 403, 403]
    assert answers(["admin"]) == [200, 422, 200, 403]
    tokens = Tokens(state, clock)
    secret, made = tokens.make("ada", "t", ["read"], 1)
    from mdjourney_gateway.accounts.secrets import hashed

    assert tokens.find(hashed(secret)) == made
    clock.now += 86401
    assert tokens.find(hashed(secret)) is None


def test_a_deleted_token_is_worth_nothing_at_once(served, ada):
    made = ada.post("/api/auth/tokens", json={"name": "t"}).json()
    headers = {"Authorization": f"Bearer {made['token']}"}
    assert httpx.get(served.url + "/api/auth/me", headers=headers).status_code == 200
    assert ada.delete(f"/api/auth/tokens/{made['token_id']}").status_code == 204
    assert httpx.get(served.url + "/api/auth/me", headers=headers).status_code == 401
    assert "token" not in ada.get("/api/auth/tokens").json()


def test_devices_are_listed_and_signed_out_one_by_one(served, ada):
    with served.person() as other:
        items = ada.get("/api/auth/sign-ins").json()["items"]
        assert [each["current"] for each in items].count(True) == 1
        (foreign,) = [each for each in items if not each["current"]]
        assert ada.delete(f"/api/auth/sign-ins/{foreign['sign_in_id']}").status_code == 204
        assert other.get("/api/auth/me").status_code == 401
        assert ada.get("/api/auth/me").status_code == 200


def test_the_last_admin_stays(served, ada):
    for change in ({"role": "researcher"}, {"disabled": True}):
        assert ada.patch("/api/users/ada", json=change).status_code == 409
    assert ada.get("/api/auth/me").json()["user"]["role"] == "admin"


@pytest.mark.parametrize(
    "wrong",
    [{"user_id": "Ada"}, {"user_id": "../x"}, {"user_id": ""}, {"password": "short"}, {"email": "nowhere"}],
)
def test_accounts_that_cannot_be_used_are_refused_by_field(state, wrong):
    given = {"user_id": "ada", "password": PASSWORD, **wrong}
    with pytest.raises(Invalid) as refused:
        quick_accounts(state).add(given.pop("user_id"), **given)
    assert refused.value.errors[0]["key"] in ("username", *wrong)


def test_a_name_is_taken_once(state):
    accounts = quick_accounts(state)
    accounts.add("ada")
    with pytest.raises(Conflict):
        accounts.add("ada")


def test_an_account_made_beside_a_running_gateway_signs_in_at_once(served):
    beside = State.open(served.settings.home, served.settings.state_url)
    quick_accounts(beside).add("cli", password=PASSWORD)
    beside.close()
    answer = httpx.post(served.url + "/api/auth/login", json={"username": "cli", "password": PASSWORD})
    assert answer.status_code == 200


def test_an_admin_ends_the_token_of_an_instrument_that_was_lost(served, ada, place):
    with served.person("bob", "researcher") as bob:
        made = bob.post("/api/auth/tokens", json={"name": "microscope 2"}).json()
        bearer = {"Authorization": f"Bearer {made['token']}"}
        assert httpx.get(served.url + "/api/auth/me", headers=bearer).status_code == 200
        shown = ada.get("/api/users/bob/tokens")
        assert [(t["name"], t["token_id"]) for t in shown.json()["items"]] == [
            ("microscope 2", made["token_id"])
        ]
        assert made["token"] not in shown.text
        assert ada.get("/api/users/nobody/tokens").status_code == 404
        assert ada.delete(f"/api/users/ada/tokens/{made['token_id']}").status_code == 404
        assert ada.delete(f"/api/users/bob/tokens/{made['token_id']}").status_code == 204
        assert httpx.get(served.url + "/api/auth/me", headers=bearer).status_code == 401
        assert b'"of":"bob"' in (place / "home" / "audit.jsonl").read_bytes().splitlines()[-1]
