"""Every route of the gateway, and some of a backend's, against everybody who might knock, from everywhere."""

import time

import httpx
import pytest
from gateway.served import PASSWORD, Served, ready
from gateway.test_door import ADMIN_ONLY, PUBLIC, filled, routes

#: A few of a backend's routes; which of them a person may use inside, the backend itself decides and tests.
PROXIED = {
    ("GET", "/api/v1/health"), ("GET", "/api/v1/projects"), ("PUT", "/api/v1/projects/x/metadata/project_descriptive"),
    ("PATCH", "/api/v1/datasets/x/files"), ("POST", "/api/v1/runs/x/complete"), ("DELETE", "/api/v1/uploads/x"),
}  # fmt: skip
#: What would end the sign-in the table is asked with, or streams without end.
LEFT_OUT = {("POST", "/api/auth/logout"), ("GET", "/api/session/events"), ("POST", "/api/session/stop")}
SAFE = {"GET", "HEAD"}
KINDS = ("no sign-in", "other person", "reader", "operator", "admin", "disabled", "expired token")
ORIGINS = {"no Origin": None, "foreign": "https://evil.example", "null": "null"}


@pytest.fixture(scope="module")
def lab(tmp_path_factory):
    """One gateway with a session that belongs to the operator, and a client for each kind of person."""
    import tempfile
    from pathlib import Path

    with tempfile.TemporaryDirectory(prefix="mg", dir="/tmp") as folder:
        root = Path(folder).resolve()
        (root / "data").mkdir()
        (root / "home").mkdir(mode=0o700)
        with Served(root) as served:
            clients = _clients(served, root)
            yield served, root, clients
            for client in clients.values():
                client.close()


def _clients(served, root):
    roles = {
        "operator": "researcher",
        "other person": "researcher",
        "reader": "reader",
        "admin": "admin",
        "disabled": "researcher",
    }
    clients = {"no sign-in": httpx.Client(base_url=served.url)}
    for kind, role in roles.items():
        name = kind.replace(" ", "-")
        served.gateway.accounts.add(name, role=role, password=PASSWORD)
        client = clients[kind] = httpx.Client(base_url=served.url, timeout=20)
        answer = client.post("/api/auth/login", json={"username": name, "password": PASSWORD})
        client.headers["X-CSRF-Token"] = answer.json()["csrf_token"]
    served.gateway.accounts.change("disabled", {"disabled": True})
    secret, made = served.gateway.tokens.make("operator", "old", ("write",), 1e-9)
    assert made.expires_at <= time.time()
    clients["expired token"] = httpx.Client(
        base_url=served.url, headers={"Authorization": f"Bearer {secret}"}
    )
    served.gateway.callers.forget()
    ready(clients["operator"], root / "data", keep_running=False)
    return clients


@pytest.mark.parametrize("origin", ORIGINS)
@pytest.mark.parametrize("kind", KINDS)
def test_the_table(lab, kind, origin):
    served, _, clients = lab
    headers = {} if ORIGINS[origin] is None else {"Origin": ORIGINS[origin]}
    asked = 0
    for method, path in sorted((routes(served.gateway) | PROXIED) - LEFT_OUT):
        answer = clients[kind].request(method, filled(path), headers=headers)
        asked += 1
        said = (method, path, answer.status_code, answer.text[:200])
        assert (
            answer.status_code < 500 or path in ("/readyz", "/api/catalog/v1/health") or "/catalog/" in path
        ), said
        if (method, path) in PUBLIC:
            if method not in SAFE:
                assert (answer.status_code == 403) == (origin != "no Origin"), said
            continue
        if kind in ("no sign-in", "disabled", "expired token"):
            assert answer.status_code == 401, said
        elif method not in SAFE and origin != "no Origin":
            assert answer.status_code == 403, said
        elif (method, path) in ADMIN_ONLY:
            assert (answer.status_code == 403) == (kind != "admin"), said
        elif (method, path) in PROXIED:
            expected = 403 if kind == "reader" and method not in SAFE else 200 if kind == "operator" else 409
            assert answer.status_code == expected, said
        else:
            assert answer.status_code != 401, said
    assert asked > 35
