"""Nobody reaches what is another's: every route of the gateway has a rule, and those about an object are asked for one that
somebody else really has."""

import uuid

import pytest
from gateway.rules import ADMIN_ONLY, CATALOGUE, OBJECT, OWN, PUBLIC
from gateway.served import Served, ready
from gateway.test_door import walk

YAML = {"Content-Type": "application/yaml"}
#: A stream does not end; these three change what the test stands on, and are about nobody else by their rule.
NOT_ASKED = {("GET", "/api/session/events"), ("POST", "/api/auth/logout"), ("POST", "/api/auth/password")}


def test_every_route_has_one_rule(served):
    there = {
        (method, path)
        for path, methods in walk(served.gateway.inner.routes)
        for method in methods - {"HEAD"}
        if not path.startswith(CATALOGUE)
    }
    ruled = [*PUBLIC, *ADMIN_ONLY, *OWN, *OBJECT]
    assert len(ruled) == len(set(ruled))
    assert there == set(ruled)
    assert not [path for _, path in OWN | PUBLIC if "{" in path]


@pytest.fixture
def two(place):
    """Ada's things, and Bob and a reader who have none of them."""
    with (
        Served(place) as served,
        served.person("ada-of-the-lab", "researcher") as ada,
        served.person("bob", "researcher") as bob,
        served.person("pia", "reader") as pia,
    ):
        session = ready(ada, place / "data", name="Secret folder")
        ada.post("/api/auth/tokens", json={"name": "secret token"})
        yield ada, (bob, pia), {
            "session": session,
            "config": ada.get("/api/configs").json()["items"][0]["config_id"],
            "token": ada.get("/api/auth/tokens").json()["items"][0]["token_id"],
            "sign-in": ada.get("/api/auth/sign-ins").json()["items"][0]["sign_in_id"],
        }  # fmt: skip


def ask(client, method, path, identifier, member, place):
    address = path.replace(path[path.index("{") : path.index("}") + 1], identifier) if "{" in path else path
    if method == "PUT":
        config = f"monitor_path: {place / 'data'}\n"
        answer = client.put(address, content=config, headers=YAML)
    else:
        answer = client.request(method, address, json=None if member is None else {member: identifier})
    return answer.status_code, answer.text.replace(identifier, "?").replace(
        answer.headers["X-Request-Id"], ""
    )


def test_what_another_has_is_answered_as_what_nobody_has(two, place):
    ada, others, things = two
    for (method, path), (kind, member) in OBJECT.items():
        for other in others:
            got = ask(other, method, path, things[kind], member, place)
            assert got == ask(other, method, path, str(uuid.uuid4()), member, place), (method, path)
            assert got[0] in (403, 404), (method, path)
    assert ada.get("/api/session").json()["session"]["state"] == "ready"
    for (method, path), (kind, member) in OBJECT.items():  # and it was there to be had
        if method == "GET":
            assert ask(ada, method, path, things[kind], member, place)[0] == 200
    for path, kind in (("tokens", "token"), ("sign-ins", "sign-in")):
        assert ada.delete(f"/api/auth/{path}/{things[kind]}").status_code == 204


def test_what_is_about_oneself_tells_of_nobody_else(two):
    _, others, things = two
    secrets = {*things.values(), "ada-of-the-lab", "Secret folder", "secret token"}
    for method, path in sorted(OWN - NOT_ASKED):
        for other in others:
            said = other.request(method, path, json=None if method == "GET" else {}).text
            assert not [secret for secret in secrets if secret in said], (method, path)
