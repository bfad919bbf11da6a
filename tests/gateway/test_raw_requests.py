"""Bytes no browser would send: whatever comes, an answer or a closed connection, never a 5xx, never a second request."""

import pytest
from gateway.served import ready

OWN = "GET /api/v1/echo HTTP/1.1\r\n"
BAD_LINES = [
    b"GET\r\n\r\n", b"\r\n\r\n\r\n", b"GET / HTTP/9.9\r\n\r\n", b"G\xffT / HTTP/1.1\r\n\r\n", b"get / http/1.1\r\n\r\n",
    b"GET http://evil.example/api/v1/echo HTTP/1.1\r\n", b"GET //evil.example/api/v1/echo HTTP/1.1\r\n",
    b"CONNECT evil.example:443 HTTP/1.1\r\n", b"GET /api/v1/\x00 HTTP/1.1\r\n", b"GET /api/v1/a b HTTP/1.1\r\n",
    b"GET /api/v1/" + b"a" * 70_000 + b" HTTP/1.1\r\n", b"TRACE /api/v1/echo HTTP/1.1\r\n", b"GET * HTTP/1.1\r\n",
    b"OPTIONS * HTTP/1.1\r\n", b"GET /api/v1/../../etc/passwd HTTP/1.1\r\n", b"GET /..%2f..%2fetc/passwd HTTP/1.1\r\n",
    b"GET /%2e%2e/%2e%2e/etc/passwd HTTP/1.1\r\n", b"GET /assets/..%5c..%5cgateway.sqlite HTTP/1.1\r\n", b"GET /\xc3\x28 HTTP/1.1\r\n",
    b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", b"GET /api/v1/%00%0d%0aX-Evil:%201 HTTP/1.1\r\n",
]  # fmt: skip
BAD_HEADERS = [
    b"Content-Length: 5\r\nContent-Length: 6\r\n", b"Content-Length: -1\r\n", b"Content-Length: 5, 6\r\n",
    b"Content-Length: 99999999999999999999999\r\n", b"Content-Length: 0x5\r\n",
    b"Transfer-Encoding: chunked\r\nContent-Length: 5\r\n", b"Transfer-Encoding: chunked, identity\r\n",
    b"Transfer-Encoding: xchunked\r\n", b"Transfer-Encoding : chunked\r\n", b"Transfer-Encoding:\x0bchunked\r\n",
    b" folded: x\r\n", b"X: a\r\n b\r\n", b"X\x00: a\r\n", b"X: a\x00b\r\n", b": empty\r\n", b"no colon\r\n",
    b"X: " + b"a" * 100_000 + b"\r\n", b"X: a\r\n" * 5_000, b"X: a\nY: b\r\n", b"Host: 127.0.0.1\r\n", b"Origin: a\r\nOrigin: b\r\n",
    b"Authorization: Bearer a\r\nAuthorization: Bearer b\r\n", b"Expect: 100-continue\r\n", b"Upgrade: h2c\r\nConnection: Upgrade\r\n",
    b"Connection: x-mdj-secret, x-mdj-user, host, cookie\r\n", b"Range: bytes=0-,1-,2-\r\n", b"Cookie: mdj=\xff\xfe; mdj=x\r\n",
]  # fmt: skip
SMUGGLED = b"GET /api/v1/smuggled HTTP/1.1\r\nHost: x\r\n\r\n"


def statuses(answer):
    return [int(part[1:4]) for part in answer.split(b"HTTP/1.1")[1:]]


@pytest.fixture(scope="module")
def gateway():
    import tempfile
    from pathlib import Path

    from gateway.served import Served

    with tempfile.TemporaryDirectory(prefix="mg", dir="/tmp") as folder:
        root = Path(folder).resolve()
        (root / "data").mkdir()
        (root / "home").mkdir(mode=0o700)
        with Served(root) as served, served.person() as ada:
            ready(ada, root / "data", keep_running=False)
            served.cookie = f"Cookie: mdj={ada.cookies['mdj']}\r\nX-CSRF-Token: {ada.headers['X-CSRF-Token']}\r\n".encode()
            yield served
            assert ada.get("/api/v1/echo").status_code == 200


def rest(served):
    return b"Host: 127.0.0.1\r\nConnection: close\r\n" + served.cookie


@pytest.mark.parametrize("line", BAD_LINES, ids=range(len(BAD_LINES)))
def test_a_strange_request_line_breaks_nothing(gateway, line):
    whole = line if line.endswith(b"\r\n\r\n") or b"\r\n" not in line else line + rest(gateway) + b"\r\n"
    answer = gateway.raw_then_end(whole)
    assert all(status < 500 for status in statuses(answer)), answer[:300]
    assert b"root:" not in answer
    assert b"SQLite format" not in answer
    assert b"x-evil" not in answer.lower().split(b"\r\n\r\n")[0]


@pytest.mark.parametrize("method", [b"GET", b"PUT"])
@pytest.mark.parametrize("header", BAD_HEADERS, ids=range(len(BAD_HEADERS)))
def test_a_strange_header_breaks_nothing_and_smuggles_nothing(gateway, header, method):
    head = method + b" /api/v1/echo HTTP/1.1\r\n" + rest(gateway) + header + b"\r\n"
    answer = gateway.raw_then_end(head + b"0\r\n\r\n" + SMUGGLED)
    assert all(status < 500 for status in statuses(answer)), answer[:300]
    assert len(statuses(answer.replace(b"HTTP/1.1 100 Continue\r\n\r\n", b""))) <= 1
    assert b'"target": "/api/v1/smuggled"' not in answer
