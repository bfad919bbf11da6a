"""Bytes no browser would send: whatever comes, an answer or a closed connection, never a 5xx, never a second request."""

import re

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
    b"GET /api/v1/datasets/..%2f..%2fadmin HTTP/1.1\r\n", b"GET /api/v1/datasets/%252e%252e%252fx HTTP/1.1\r\n",
    b"GET /api/v1/datasets/x;/../y HTTP/1.1\r\n", b"GET /api/v1/datasets/..\\..\\x HTTP/1.1\r\n", b"GET /api/v1/datasets/a%00b HTTP/1.1\r\n",
    b"GET /api/v1/datasets/" + b"%2e%2e%2f" * 500 + b"etc HTTP/1.1\r\n", b"GET /api/v1/%c0%ae%c0%ae/etc/passwd HTTP/1.1\r\n",
    b"GET /api/../internal HTTP/1.1\r\n", b"GET /API/V1/echo HTTP/1.1\r\n", b"GET //api/v1/echo HTTP/1.1\r\n", b"GET /api//v1/echo HTTP/1.1\r\n",
    b"GET /api/v1 HTTP/1.1\r\n", b"GET /api/v1/../auth/me HTTP/1.1\r\n", b"GET /api/v1/%zz HTTP/1.1\r\n", b"GET /api/v1/echo?%zz=\xff HTTP/1.1\r\n",
    b"GET /api/v1/echo#frag HTTP/1.1\r\n", b"GET ?x HTTP/1.1\r\n", b"GET api/v1/echo HTTP/1.1\r\n", b"GET /api/v1/echo HTTP/1.0\r\n", b"GET /api/v1/echo\r\n",
    b"GET  /api/v1/echo  HTTP/1.1\r\n", b"GET\t/api/v1/echo\tHTTP/1.1\r\n", b"GET /api/v1/echo HTTP/1.1\r", b"GET /api/v1/echo HTTP/2.0\r\n",
    b"GET https://127.0.0.1:1@evil.example/api/v1/echo HTTP/1.1\r\n", b"GET http://127.0.0.1/api/v1/echo HTTP/1.1\r\n",
    b"DELETE /api/v1/x%20HTTP/1.1%0d%0aHost:%20x HTTP/1.1\r\n", b"M-SEARCH * HTTP/1.1\r\n", b"X" * 5_000 + b" / HTTP/1.1\r\n",
]  # fmt: skip
BAD_HEADERS = [
    b"Content-Length: 5\r\nContent-Length: 6\r\n",
    b"Content-Length: -1\r\n",
    b"Content-Length: 5, 6\r\n",
    b"Content-Length: 99999999999999999999999\r\n",
    b"Content-Length: 0x5\r\n",
    b"Transfer-Encoding: chunked\r\nContent-Length: 5\r\n",
    b"Transfer-Encoding: chunked, identity\r\n",
    b"Transfer-Encoding: xchunked\r\n",
    b"Transfer-Encoding : chunked\r\n",
    b"Transfer-Encoding:\x0bchunked\r\n",
    b" folded: x\r\n",
    b"X: a\r\n b\r\n",
    b"X\x00: a\r\n",
    b"X: a\x00b\r\n",
    b": empty\r\n",
    b"no colon\r\n",
    b"X: " + b"a" * 100_000 + b"\r\n",
    b"X: a\r\n" * 5_000,
    b"X: a\nY: b\r\n",
    b"Host: 127.0.0.1\r\n",
    b"Origin: a\r\nOrigin: b\r\n",
    b"Authorization: Bearer a\r\nAuthorization: Bearer b\r\n",
    b"Expect: 100-continue\r\n",
    b"Upgrade: h2c\r\nConnection: Upgrade\r\n",
    b"Connection: x-mdj-secret, x-mdj-user, host, cookie\r\n",
    b"Range: bytes=0-,1-,2-\r\n",
    b"Cookie: mdj=\xff\xfe; mdj=x\r\n",
    b"Content-Length: +5\r\n",
    b"Content-Length: 5 5\r\n",
    b"Content-Length: 5\r\nContent-Length: 5\r\n",
    b"Content-Length:\r\n",
    b"Content-Length: 1e1\r\n",
    b"Content_Length: 5\r\n",
    b"Content-Length: \xb2\r\n",
    b"Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n",
    b"Transfer-Encoding: CHUNKED\r\n",
    b"Transfer-Encoding: chunked;q=1\r\n",
    b"Transfer-Encoding: gzip, chunked\r\n",
    b"Transfer_Encoding: chunked\r\n",
    b"\tTransfer-Encoding: chunked\r\n",
    b"X: a\rTransfer-Encoding: chunked\r\n",
    b"Host: evil.example\r\n",
    b"Host : 127.0.0.1\r\n",
    b"X-Forwarded-Host: evil.example\r\nX-Mdj-User: root\r\n",
    b"X_Mdj_User: root\r\nX_Mdj_Secret: guess\r\n",
    b"Cookie: " + b"a=b; " * 5_000 + b"\r\n",
    b"Range: bytes=-0\r\n",
    b"Range: bytes=9-1\r\n",
    b"If-Match: " + b'"x", ' * 2_000 + b"\r\n",
    b"Sec-WebSocket-Key: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n",
    b"Connection: close, keep-alive, \x00\r\n",
    b"Trailer: Content-Length\r\nTE: trailers\r\n",
    b"X-CSRF-Token: a\r\n",
    b"X-MDJ-Session: ../../x\r\n",
    b"X-MDJ-Session: \xff\r\n",
    b"Accept: " + b"text/html," * 3_000 + b"\r\n",
    b"\xef\xbb\xbfX: a\r\n",
    b"(): a\r\n",
]
#: Bodies in pieces that are not what they say.
BAD_CHUNKS = [
    b"5\r\nhello\r\n0\r\n\r\n", b"-5\r\nhello\r\n0\r\n\r\n", b"0x5\r\nhello\r\n0\r\n\r\n", b"FFFFFFFFFFFFFFFFF\r\nhello", b"5 \r\nhello\r\n0\r\n\r\n",
    b"5;ext=1\r\nhello\r\n0\r\n\r\n", b"5;" + b"a" * 70_000 + b"\r\nhello\r\n0\r\n\r\n", b"5\nhello\n0\n\n", b"5\r\nhelloXX0\r\n\r\n", b"\r\n\r\n", b"z\r\n",
    b"5\r\nhello\r\n0\r\nContent-Length: 50\r\nX-Mdj-User: root\r\n\r\n", b"5\r\nhel", b"+5\r\nhello\r\n0\r\n\r\n", b"5\r\n\r\nhello\r\n0\r\n\r\n",
    b"0\r\n" + b"X: a\r\n" * 5_000 + b"\r\n",
]  # fmt: skip
#: No request yet: nobody has to answer.
UNFINISHED = (b"\r\n\r\n\r\n", b"GET /api/v1/echo HTTP/1.1\r")
SMUGGLED = b"GET /api/v1/smuggled HTTP/1.1\r\nHost: x\r\n\r\n"


def statuses(answer):
    # an address that is told again in a body may hold `HTTP/1.1` too: a status follows only in a status line
    return [int(status) for status in re.findall(rb"HTTP/1\.1 ([1-5][0-9]{2}) ", answer)]


@pytest.fixture(scope="module")
def gateway():
    from gateway.served import Served
    from harness.folders import short_folder

    with short_folder() as root:
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
    answer = gateway.raw_then_end(whole, 0.2 if line in UNFINISHED else 10)
    assert statuses(answer) or line in UNFINISHED
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
    assert len(statuses(answer.replace(b"HTTP/1.1 100 Continue\r\n\r\n", b""))) == 1
    assert b'"target": "/api/v1/smuggled"' not in answer


@pytest.mark.parametrize("chunks", BAD_CHUNKS, ids=range(len(BAD_CHUNKS)))
def test_a_strange_body_in_pieces_breaks_nothing_and_smuggles_nothing(gateway, chunks):
    head = b"PUT /api/v1/echo HTTP/1.1\r\n" + rest(gateway) + b"Transfer-Encoding: chunked\r\n\r\n"
    answer = gateway.raw_then_end(head + chunks + SMUGGLED)
    assert all(status < 500 for status in statuses(answer)), answer[:300]
    assert len(statuses(answer)) == 1
    assert b'"target": "/api/v1/smuggled"' not in answer
    assert b"root" not in answer


def with_host(gateway, host):
    line = b"GET /api/v1/echo HTTP/1.1\r\nHost: " + host + b"\r\nConnection: close\r\n"
    return statuses(gateway.raw_then_end(line + gateway.cookie + b"\r\n"))


@pytest.mark.parametrize(
    "host",
    [b"", b"evil.example", b"127.0.0.1@evil.example", b"127.0.0.1:80:80", b"127.0.0.1:", b"127.0.0.1:x", b"[::1", b"[::1]x", b"::1", b"[::1]:80:80", b"127.0.0.1 evil", b"127.0.0.1#evil", b"127.0.0.1/evil", b"localhost.evil.example", b"localhost..", b".localhost", b"\xff", b"127.1", b"0x7f.1", b"2130706433"],
)  # fmt: skip
def test_a_host_that_is_not_ours_reaches_nothing(gateway, host):
    assert with_host(gateway, host) == [400]


@pytest.mark.parametrize(
    "host", [b"127.0.0.1", b"127.0.0.1:80", b"LOCALHOST:8000", b"localhost.", b"[::1]", b"[::1]:8000"]
)
def test_a_host_of_ours_is_let_in_under_every_spelling(gateway, host):
    assert with_host(gateway, host) == [200]
