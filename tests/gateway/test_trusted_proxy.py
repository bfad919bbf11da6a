"""A reverse proxy that signs people in is believed only where the operator said so, and only from its own address."""

import httpx
import pytest
from gateway.served import PASSWORD, Served, ready


def asked(served, path="/api/auth/me", **headers):
    with httpx.Client(base_url=served.url) as client:
        return client.get(path, headers={k.replace("_", "-"): v for k, v in headers.items()})


@pytest.mark.parametrize(
    ("settings", "status"),
    [
        ({}, 401),
        ({"sign_in_header": "X-Auth-User"}, 401),
        ({"trusted_proxies": ("127.0.0.1",)}, 401),
        ({"sign_in_header": "X-Auth-User", "trusted_proxies": ("10.0.0.0/8",)}, 401),
        ({"sign_in_header": "X-Auth-User", "trusted_proxies": ("10.0.0.0/8", "127.0.0.1")}, 200),
    ],
)
def test_who_is_believed(place, settings, status):
    with Served(place, **settings) as served:
        served.gateway.accounts.add("bob", password=PASSWORD)
        assert asked(served, X_Auth_User="bob").status_code == status
        assert asked(served).status_code == 401
        assert asked(served, X_Auth_User="nobody").status_code == 401


def test_a_person_signed_in_by_a_proxy_needs_the_csrf_token_too_and_the_header_stays_here(place):
    with Served(place, sign_in_header="X-Auth-User", trusted_proxies=("127.0.0.1",)) as served:
        served.gateway.accounts.add("bob", password=PASSWORD)
        with httpx.Client(base_url=served.url, headers={"X-Auth-User": "bob"}) as bob:
            me = bob.get("/api/auth/me").json()
            assert me["user"]["user_id"] == "bob"
            assert bob.post("/api/session/stop").status_code == 403
            assert bob.post("/api/auth/tokens", json={"name": "x"}).status_code == 403
            bob.headers["X-CSRF-Token"] = me["csrf_token"]
            ready(bob, place / "data", keep_running=False)
            seen = {name.lower() for name, _ in bob.get("/api/v1/echo").json()["headers"]}
            assert "x-auth-user" not in seen
            twice = [("X-Auth-User", "bob"), ("X-Auth-User", "ada")]
            assert httpx.get(served.url + "/api/auth/me", headers=twice).status_code == 400
            served.gateway.accounts.change("bob", {"disabled": True})
            served.gateway.callers.forget()
            assert bob.get("/api/auth/me").status_code == 401
