"""Every route that takes a body, fed with what no page would send: a 4xx each time, never a 5xx."""

import pytest
from gateway.test_door import filled, routes

BODIES = [
    b"", b"null", b"[]", b"{}", b"0", b'"x"', b"{", b"\xff\xfe", b'{"a":NaN}', b'{"a":1e999}', b"[" * 5_000, b'{"a":' * 2_000 + b"1" + b"}" * 2_000,
    b'{"username":"\\ud800","password":"x"}', b'{"username":["a"],"password":{}}', b'{"username":"' + b"a" * 100_000 + b'","password":"x"}',
    b'{"token":"' + b"x" * 150 + b'"}', b'{"name":"\\u0000","scopes":["admin"],"days":1e308}', b'{"name":"x","scopes":["read"],"days":"1"}',
    b'{"role":"god"}', b'{"disabled":"perhaps"}', b'{"session_id":"../../x"}', b'{"config":"\\u0000"}', b'{"config":123456789012345678901234567890}',
    b"monitor_path: [1, 2]\n", b"monitor_path: /\n", b"monitor_path: " + b"/a" * 3_000, b"? [a]\n: b\n", b"- - - -\n", b"a: &x [*x]\n", b"%YAML 9.9\n---\na\n",
]  # fmt: skip
TYPES = (
    "application/json",
    "application/yaml",
    "multipart/form-data",
    "multipart/form-data; boundary=x",
    "text/plain; charset=nonsense",
)


@pytest.mark.parametrize("kind", TYPES)
def test_no_body_breaks_a_route(served, ada, kind):
    asked = {
        (m, p) for m, p in routes(served.gateway) if m in ("POST", "PUT", "PATCH") and "/catalog/" not in p
    }
    for method, path in sorted(asked - {("POST", "/api/auth/logout")}):
        for body in BODIES:
            answer = ada.request(method, filled(path), content=body, headers={"Content-Type": kind})
            said = (method, path, body[:60], answer.status_code, answer.text[:200])
            assert answer.status_code < 500, said
            if answer.status_code >= 400:
                assert answer.headers["content-type"] == "application/problem+json", said
