"""Every route that takes a body, fed with what no page would send: a 4xx each time, never a 5xx."""

import pytest
from gateway.served import Served, ready
from gateway.test_door import filled, routes

from mdjourney_gateway.envelope import GIB

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


def _head(ada, served, path, length):
    cookie = f"Cookie: mdj={ada.cookies['mdj']}\r\nX-CSRF-Token: {ada.headers['X-CSRF-Token']}\r\n"
    line = f"PUT {path} HTTP/1.1\r\nHost: 127.0.0.1:{served.port}\r\nContent-Length: {length}\r\n"
    return (line + cookie + "\r\n").encode()


def test_an_upload_that_announces_too_much_is_refused_before_a_byte_of_it_comes(served, ada, place):
    ready(ada, place / "data", keep_running=False)
    head = _head(ada, served, "/api/v1/datasets/x/upload/early", 4 * 1024**4)
    assert served.raw(head, until=b"\r\n").startswith(b"HTTP/1.1 413 ")
    for path in ("/api/v1/echo", "/api/configs/x"):
        answer = served.raw(_head(ada, served, path, 4 * 1024**4), until=b"\r\n")
        assert answer.startswith(b"HTTP/1.1 413 "), path


@pytest.mark.parametrize(
    "headers",
    [
        {"Content-Length": "1049"},
        {"Content-Length": "8", "Content-Range": "bytes 0-7/1049"},
        {"Content-Length": "8", "Content-Range": "bytes 1041-1048/*"},
        {"Content-Length": "0", "Content-Range": "bytes */" + "9" * 5_000},
        {"Transfer-Encoding": "chunked"},
    ],
    ids=["length", "range of a file", "range", "question", "unsaid"],
)
def test_a_file_above_the_operators_limit_is_refused(place, headers):
    with Served(place, max_upload_gib=1048 / GIB) as served, served.person() as ada:
        ready(ada, place / "data", keep_running=False)

        def put(size, headers):
            path = "/api/v1/datasets/x/upload/a"
            return ada.put(path, content=iter([b"a" * size]), headers=headers)

        refused = put(int(headers.get("Content-Length", 1049)), headers)
        assert refused.status_code == 413
        assert "max_upload_gib" in refused.json()["detail"]
        assert refused.json()["instance"]
        assert put(1048, {"Content-Length": "1048"}).status_code != 413
        assert put(8, {"Content-Length": "8", "Content-Range": "bytes 0-7/1048"}).status_code != 413
        # what is no upload knows nothing of it
        assert ada.put("/api/v1/echo", content=b"a" * 2_000).status_code == 200


def test_a_body_that_stops_coming_is_not_waited_for(served, ada, place, monkeypatch):
    ready(ada, place / "data", keep_running=False)
    monkeypatch.setattr("mdjourney_gateway.envelope.SILENCE_SECONDS", 0.2)
    for path in ("/api/v1/echo", "/api/v1/datasets/x/upload/slow", "/api/configs/x"):
        answer = served.raw(_head(ada, served, path, 10) + b"half", until=b"\r\n")
        assert answer.startswith(b"HTTP/1.1 408 "), path
    with ada.stream("GET", "/api/v1/events") as events:
        lines = events.iter_lines()
        assert len([next(lines) for _ in range(30)]) == 30
