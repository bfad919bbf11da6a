"""Every route of the gateway, and every route of a real backend through it, against everybody who might knock, from
everywhere: what is answered follows from rules, so that a route that is added tomorrow is held to them too."""

import contextlib
import time
import uuid

import httpx
import pytest
from gateway.described import operations
from gateway.rules import ADMIN_ONLY, PUBLIC
from gateway.served import PASSWORD, Served, eventually, start, state_of
from gateway.test_door import walk
from harness.folders import short_folder
from starlette.routing import compile_path

from mdjourney_backend.app import new_routes
from mdjourney_contract.problems import Conflict
from mdjourney_gateway.sessions.session import Patience

SAFE = {"GET", "HEAD"}
#: Whoever comes without a sign-in that holds.
NOBODY = ("no sign-in", "disabled", "expired token")
#: Each of these has a session on the tree; `other person` has none, and no right to one.
INSIDE = ("reader", "operator", "admin")
KINDS = (*NOBODY, "other person", *INSIDE)
ORIGINS = {"no Origin": None, "foreign": "https://evil.example", "null": "null"}
#: What a reader may do besides reading: it changes nothing but what is the reader's own.
READERS_OWN = {
    ("POST", "/api/auth/logout"), ("POST", "/api/auth/tokens"), ("DELETE", "/api/auth/tokens/{token_id}"),
    ("DELETE", "/api/auth/sign-ins/{sign_in_id}"), ("POST", "/api/session/stop"), ("POST", "/api/catalog/v1/search"),
    ("POST", "/api/catalog/v1/searches"), ("DELETE", "/api/catalog/v1/searches/{saved_search_id}"),
    ("DELETE", "/api/configs/{config_id}"), ("POST", "/api/auth/password"),
}  # fmt: skip


def gateway_routes():
    return {(method, path) for method, path, _ in operations()} | {("GET", "/api/openapi.json")}


def backend_routes():
    """From the routes themselves, not from what they tell of themselves."""
    found = {
        (method, path) for path, methods in walk(new_routes().routes) for method in (methods or ()) - {"HEAD"}
    }
    assert len(found) > 60
    assert all(path.startswith("/api/v1/") for _, path in found)
    return found


def filled(path):
    """An address of a route: identifiers nobody has."""
    for name, convertor in compile_path(path)[2].items():
        kind = type(convertor).__name__
        value = (
            str(uuid.UUID(int=7))
            if name.endswith("_id") or "UUID" in kind
            else "trial"
            if name == "kind"
            else "x"
        )
        path = path.replace("{" + name + ":path}", value).replace("{" + name + "}", value)
    return path  # fmt: skip


@pytest.fixture(scope="module")
def lab():
    """One gateway, one tree with a project, and a client for each kind of person."""
    with short_folder() as root:
        (root / "data/p_One/d").mkdir(parents=True)
        (root / "data/p_One/d/a.csv").write_text("a,b\n1,2\n")
        (root / "home").mkdir(mode=0o700)
        with (
            Served(root, kind="real", patience=Patience(ready=60)) as served,
            contextlib.ExitStack() as closing,
        ):
            clients = _clients(served, root)
            for client in clients.values():
                closing.callback(client.close)
            yield served, clients


def _signed_in(served, name, role):
    with contextlib.suppress(Conflict):
        served.gateway.accounts.add(name, role=role, password=PASSWORD)
    client = httpx.Client(base_url=served.url, timeout=60)
    answer = client.post("/api/auth/login", json={"username": name, "password": PASSWORD})
    client.headers["X-CSRF-Token"] = answer.json()["csrf_token"]
    return client


ROLES = {
    "operator": "researcher", "other person": "researcher", "reader": "reader", "admin": "admin", "disabled": "researcher",
}  # fmt: skip


def _clients(served, root):
    clients = {"no sign-in": httpx.Client(base_url=served.url)}
    for kind, role in ROLES.items():
        clients[kind] = _signed_in(served, kind.replace(" ", "-"), role)
    served.gateway.accounts.change("disabled", {"disabled": True})
    secret, made = served.gateway.tokens.make("operator", "old", ("write",), 1e-9)
    eventually(lambda: made.expires_at <= time.time())
    bearer = {"Authorization": f"Bearer {secret}"}
    clients["expired token"] = httpx.Client(base_url=served.url, headers=bearer)
    served.gateway.callers.forget()
    begun = start(
        clients["operator"],
        root / "data",
        name="Lab",
        keep_running=False,
        members=["reader"],
        store={"sync": False},
    )
    config = {"config": begun.json()["config_id"]}
    assert clients["other person"].post("/api/session/start", json=config).status_code == 404
    for kind in INSIDE:
        begun = clients[kind].post("/api/session/start", json=config)
        assert begun.status_code in (201, 202), begun.text
        session = begun.json()["session_id"]
        eventually(lambda kind=kind, session=session: state_of(clients[kind], session) == "ready", 120)
    eventually(lambda: clients["operator"].get("/api/v1/projects").json()["items"], 90)
    return clients


def asked(client, method, path, headers):
    """Status and the beginning of an answer; of one that never ends only its head."""
    body = {"session_id": "x"} if path == "/api/session/stop" else None  # without a body it ends one's own
    with client.stream(method, filled(path), headers=headers, json=body) as answer:
        if "text/event-stream" not in answer.headers.get("content-type", ""):
            answer.read()
            return answer.status_code, answer.text[:200]
        return answer.status_code, ""


def refusal(kind, origin, method, path):
    """The status with which somebody is turned away; None: they are let in."""
    public = (method, path) in PUBLIC
    if kind in NOBODY and not public:
        return 401
    if method not in SAFE and origin != "no Origin":
        return 403
    if public:
        return None
    if (method, path) in ADMIN_ONLY and kind != "admin":
        return 403
    if kind == "reader" and method not in SAFE and (method, path) not in READERS_OWN:
        return 403
    if path.startswith("/api/v1/") and kind == "other person":
        return 409
    return None


@pytest.mark.parametrize("origin", ORIGINS)
@pytest.mark.parametrize("kind", KINDS)
def test_the_table(lab, kind, origin):
    served, clients = lab
    headers = {} if ORIGINS[origin] is None else {"Origin": ORIGINS[origin]}
    routes = gateway_routes() | backend_routes()
    for method, path in sorted(routes):
        client = clients[kind]
        if path == "/api/auth/logout" and kind not in NOBODY:
            client = _signed_in(served, kind.replace(" ", "-"), ROLES[kind])
        status, text = asked(client, method, path, headers)
        said = f"{kind}, {origin}: {method} {path} answers {status}: {text}"
        expected = refusal(kind, origin, method, path)
        if client is not clients[kind]:
            client.close()
        if expected is not None:
            assert status == expected, said
            continue
        store_is_away = path == "/readyz" or "/catalog/" in path
        assert status < 500 or (status == 503 and store_is_away), said
        if (method, path) != ("POST", "/api/auth/login"):
            assert status != 401, said
        if not path.startswith("/api/auth/"):
            assert status != 403, said
        assert '"no-session"' not in text, said
    assert len(routes) > 110


def test_a_reader_who_is_no_member_and_a_stranger_reach_no_tree_by_naming_its_session(lab):
    served, clients = lab
    session = clients["operator"].get("/api/session").json()["session"]["session_id"]
    headers = {"X-MDJ-Session": session}
    assert clients["operator"].get("/api/v1/projects", headers=headers).status_code == 200
    with contextlib.closing(_signed_in(served, "pia", "reader")) as pia:
        for client in (clients["other person"], clients["reader"], clients["admin"], pia):
            for method, path in sorted(backend_routes()):
                answer = client.request(method, filled(path), headers=headers)
                assert answer.status_code in (403, 409), (method, path, answer.text)
