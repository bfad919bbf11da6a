"""The door: who gets in, from where, and what every answer carries."""

import http.cookies
import re

import httpx
import pytest
from gateway.rules import ADMIN_ONLY, PUBLIC
from gateway.served import PASSWORD, Served, ready
from starlette.routing import Route


def routes(gateway):
    """Every route of the gateway itself, and some that are proxied or unknown."""
    found = {
        (method, path)
        for path, methods in walk(gateway.inner.routes)
        for method in methods
        if method != "HEAD"
    }
    assert len(found) > 30
    return found | {
        ("GET", "/api/v1/projects"),
        ("PUT", "/api/v1/x"),
        ("DELETE", "/api/anything"),
        ("POST", "/nowhere"),
    }


def walk(routes, prefix=""):
    for route in routes:
        if isinstance(route, Route):
            yield prefix + route.path, route.methods
        elif hasattr(route, "original_router"):
            yield from walk(route.original_router.routes, prefix + route.include_context.prefix)
        elif hasattr(route, "routes"):
            yield from walk(route.routes or [], prefix + getattr(route, "path", ""))


def filled(path):
    return re.sub(r"\{[^}]*\}", "x", path)


def test_no_route_answers_without_a_sign_in_but_the_public_ones(served):
    with httpx.Client(base_url=served.url) as stranger:
        for method, path in sorted(routes(served.gateway)):
            answer = stranger.request(method, filled(path))
            if (method, path) in PUBLIC:
                assert answer.status_code != 401, (method, path)
            else:
                assert answer.status_code == 401, (method, path)
                assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize(
    "cookie", ["mdj=x", "mdj=", "mdj=InVzZXIi.c2ln", "__Host-mdj=x", 'mdj="', "mdj=a; mdj=b"]
)
def test_a_forged_cookie_opens_nothing(served, cookie):
    assert httpx.get(served.url + "/api/auth/me", headers={"Cookie": cookie}).status_code == 401


def test_only_admins_reach_what_is_theirs(served, ada):
    with served.person("bob", "researcher") as bob, served.person("pia", "reader") as pia:
        for method, path in sorted(ADMIN_ONLY):
            for other in (bob, pia):
                assert other.request(method, filled(path), json={}).status_code == 403, (method, path)


def test_every_unsafe_route_wants_the_csrf_token_and_its_own_origin(served, ada):
    token = ada.headers.pop("X-CSRF-Token")
    for method, path in sorted(routes(served.gateway)):
        if method in ("GET", "OPTIONS") or (method, path) in PUBLIC:
            continue
        assert ada.request(method, filled(path)).status_code == 403, (method, path)
        assert ada.request(method, filled(path), headers={"X-CSRF-Token": "wrong"}).status_code == 403
        for origin in (
            "http://evil.example",
            "null",
            served.url.replace("127.0.0.1", "localhost"),
            served.url + "0",
        ):
            headers = {"X-CSRF-Token": token, "Origin": origin}
            assert ada.request(method, filled(path), headers=headers).status_code == 403, (
                method,
                path,
                origin,
            )
        headers = {"X-CSRF-Token": token, "Sec-Fetch-Site": "cross-site"}
        assert ada.request(method, filled(path), headers=headers).status_code == 403


def test_the_csrf_token_of_another_sign_in_is_worth_nothing(served, ada):
    with served.person() as other:
        ada.headers["X-CSRF-Token"] = other.headers["X-CSRF-Token"]
        assert ada.post("/api/auth/logout").status_code == 403


def test_its_own_origin_is_let_in(served, ada):
    assert (
        ada.post("/api/configs/validate", content=b"x: 1", headers={"Origin": served.url}).status_code == 422
    )


def test_sign_in_checks_the_origin_too(served):
    served.gateway.accounts.add("ada", password=PASSWORD)
    credentials = {"username": "ada", "password": PASSWORD}
    for origin, status in (("http://evil.example", 403), ("null", 403), (served.url, 200)):
        answer = httpx.post(served.url + "/api/auth/login", json=credentials, headers={"Origin": origin})
        assert answer.status_code == status


@pytest.mark.parametrize(
    "host", ["evil.example", "127.0.0.1.evil.example", "localhost.evil.example", "[::2]"]
)
def test_a_name_that_is_not_ours_is_refused(served, host):
    assert httpx.get(served.url + "/healthz", headers={"Host": host}).status_code == 400


def test_a_request_without_a_host_or_with_two_is_refused(served):
    assert b" 400 " in served.raw(b"GET /healthz HTTP/1.0\r\n\r\n", until=b"\r\n")
    assert b" 400 " in served.raw(
        b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nHost: localhost\r\n\r\n", until=b"\r\n"
    )


def test_a_name_the_operator_allows_gets_a_cookie_that_needs_tls(place):
    with Served(place, allowed_hosts=("data.lab.example",)) as served:
        served.gateway.accounts.add("ada", password=PASSWORD)
        credentials = {"username": "ada", "password": PASSWORD}
        answer = httpx.post(
            served.url + "/api/auth/login", json=credentials, headers={"Host": "data.lab.example"}
        )
        cookie = http.cookies.SimpleCookie(answer.headers["set-cookie"])["__Host-mdj"]
        assert cookie["secure"]
        assert cookie["httponly"]
        assert cookie["samesite"].lower() == "lax"
        assert cookie["path"] == "/"
        assert not cookie["domain"]
        plain = {"Cookie": f"mdj={cookie.value}", "Host": "data.lab.example"}
        assert httpx.get(served.url + "/api/auth/me", headers=plain).status_code == 401
        secure = {"Cookie": f"__Host-mdj={cookie.value}", "Host": "data.lab.example"}
        assert httpx.get(served.url + "/api/auth/me", headers=secure).status_code == 200


def test_every_answer_carries_its_protections_and_no_answer_names_the_server(served, ada, place):
    (served.root / "web").mkdir()
    ready(ada, place / "data", keep_running=False)
    for path in ("/", "/healthz", "/api/auth/me", "/api/v1/health", "/api/nothing", "/api/v1/raw?hex=zz"):
        answer = ada.get(path)
        policy = answer.headers["content-security-policy"]
        assert "frame-ancestors 'none'" in policy
        assert "'unsafe-eval'" not in policy
        assert "unsafe-inline" not in policy.partition("script-src")[2].partition(";")[0]
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["x-request-id"]
        assert "server" not in answer.headers
        assert "access-control-allow-origin" not in answer.headers


def test_an_error_inside_shows_no_more_than_an_id(served, ada, monkeypatch):
    def broken():
        raise RuntimeError("postgresql://user:password@/secret")

    monkeypatch.setattr(served.gateway.accounts, "all", broken)
    answer = ada.get("/api/users")
    assert answer.status_code == 500
    assert "password" not in answer.text
    assert answer.json()["instance"] == answer.headers["x-request-id"]


def test_wrong_methods_paths_and_bodies_are_problems_too(ada):
    for answer, status in (
        (ada.get("/api/auth/logout"), 405),
        (ada.get("/api/nothing"), 404),
        (ada.post("/api/users", content=b"{"), 400),
        (ada.post("/api/users", json={"username": "x", "colour": "red"}), 422),
        (ada.get("/api/catalog/v1/projects?limit=0"), 422),
        (ada.get("/api/catalog/v1/projects"), 503),
    ):
        assert answer.status_code == status
        assert answer.headers["content-type"] == "application/problem+json"
        assert answer.json()["status"] == status


def test_pages_come_from_their_folder_only(place):
    web = place / "web"
    (web / "assets").mkdir(parents=True)
    (web / "index.html").write_text("<title>app</title>")
    (web / "assets" / "a-1.js").write_text("1")
    (place / "secret.txt").write_text("secret")
    (web / "link.txt").symlink_to(place / "secret.txt")
    with Served(place, webapp=web) as served, httpx.Client(base_url=served.url) as stranger:
        for path in ("/", "/login?token=x", "/projects/1"):
            assert stranger.get(path).text == "<title>app</title>"
        asset = stranger.get("/assets/a-1.js")
        assert "immutable" in asset.headers["cache-control"]
        for path in (
            "/missing.js",
            "/link.txt",
            "/..%2fsecret.txt",
            "/assets/..%2f..%2fsecret.txt",
            "/%00.txt",
        ):
            assert stranger.get(path).status_code == 404, path
