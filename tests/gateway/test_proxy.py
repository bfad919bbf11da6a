"""The proxy carries requests and answers verbatim, and nothing else."""

import hashlib
import http.client
import json
import socket
import threading

import pytest
from gateway.served import Served, eventually, ready


@pytest.fixture
def session(ada, place):
    return ready(ada, place / "data", keep_running=False)


def hexed(data):
    return data.hex()


@pytest.mark.parametrize(
    "target",
    [
        "/api/v1/x?a=1&a=2&b=%20+%2B",
        "/api/v1/datasets/..%2f..%2fadmin",
        "/api/v1/x/../y/./z//w",
        "/api/v1/%252e%252e/;p=1/a%00b",
        "/api/v1/caf%C3%A9?q=%F0%9F%90%80",
    ],
)
def test_path_and_query_arrive_as_they_were_sent(served, ada, session, target):
    connection = http.client.HTTPConnection("127.0.0.1", served.port, timeout=60)
    cookie = "; ".join(f"{c.name}={c.value}" for c in ada.cookies.jar)
    connection.putrequest("GET", target, skip_host=False)
    connection.putheader("Cookie", cookie)
    connection.endheaders()
    seen = json.load(connection.getresponse())
    connection.close()
    assert seen["target"] == target


def test_no_header_that_could_fool_the_backend_passes(served, ada, session):
    cookie = "; ".join(f"{c.name}={c.value}" for c in ada.cookies.jar)
    lines = [
        "GET /api/v1/echo HTTP/1.1", f"Host: 127.0.0.1:{served.port}", f"Cookie: {cookie}",
        "X-Mdj-User: %7B%22user_id%22%3A%22root%22%7D", "X-MDJ-Secret: guess", "X_Mdj_User: root", "X-Remote-User: root",
        "X_Remote_User: root", "Remote-User: root", "X-Forwarded-For: 10.0.0.1", "X-Forwarded-Host: evil", "Forwarded: for=x",
        "X-Request-Id: mine", "X-Real-IP: 10.0.0.1", "Connection: x-secret-hop, close", "X-Secret-Hop: 1", "TE: trailers",
        "Upgrade: h2c", "Proxy-Authorization: Basic eDp5", "X-CSRF-Token: t", "X-Harmless: yes", "Accept: */*", "", "",
    ]  # fmt: skip
    answer = served.raw("\r\n".join(lines).encode())
    seen = json.loads(answer.split(b"\r\n\r\n", 1)[1])
    names = [name.lower() for name, _ in seen["headers"]]
    assert sorted(names) == sorted(
        ["host", "x-mdj-secret", "x-mdj-user", "x-request-id", "x-harmless", "accept"]
    )
    got = {name.lower(): value for name, value in seen["headers"]}
    assert "ada" in got["x-mdj-user"]
    assert "root" not in got["x-mdj-user"]
    assert got["x-request-id"] != "mine"
    assert got["x-mdj-secret"] != "guess"
    assert got["host"].startswith("127.0.0.1:")


def test_no_header_of_the_backend_reaches_the_browser_that_it_should_not(ada, session):
    raw = (
        b"HTTP/1.1 302 Found\r\nLocation: http://evil.example/\r\nSet-Cookie: mdj=stolen\r\nServer: secret/1.0\r\n"
        b"X-Mdj-Secret: s\r\nConnection: X-Hop\r\nX-Hop: 1\r\nContent-Security-Policy: default-src *\r\n"
        b"Access-Control-Allow-Origin: *\r\nETag: \"e\"\r\nContent-Length: 2\r\n\r\nhi"
    )  # fmt: skip
    answer = ada.get("/api/v1/raw", params={"hex": hexed(raw)})
    assert answer.status_code == 302
    assert answer.text == "hi"
    assert answer.headers["etag"] == '"e"'
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    assert answer.headers["x-content-type-options"] == "nosniff"
    gone = {"set-cookie", "server", "x-mdj-secret", "x-hop", "access-control-allow-origin"}
    assert not gone & set(answer.headers)


@pytest.mark.parametrize(
    ("raw", "status", "body"),
    [
        (b"HTTP/1.1 204 No Content\r\nETag: x\r\n\r\n", 204, b""),
        (b"HTTP/1.1 304 Not Modified\r\nContent-Length: 10\r\nETag: x\r\n\r\n", 304, b""),
        (
            b"HTTP/1.1 103 Early Hints\r\nLink: a\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok",
            200,
            b"ok",
        ),
        (
            b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\nX-Trailer: t\r\n\r\n",
            200,
            b"ok",
        ),
        (
            b"HTTP/1.1 206 Partial Content\r\nContent-Range: bytes 0-1/9\r\nContent-Length: 2\r\n\r\nok",
            206,
            b"ok",
        ),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", 200, b""),
    ],
)
def test_every_kind_of_answer_is_framed_right_and_the_connection_lives_on(ada, session, raw, status, body):
    for _ in range(3):
        answer = ada.get("/api/v1/raw", params={"hex": hexed(raw)})
        assert (answer.status_code, answer.content) == (status, body)
    assert ada.get("/api/v1/health").status_code == 200


def test_an_answer_that_ends_with_its_connection_is_whole(ada, session):
    raw = b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n\r\nto the end"
    answer = ada.get("/api/v1/raw", params={"hex": hexed(raw), "close": "1"})
    assert (answer.status_code, answer.text) == (200, "to the end")


def test_head_has_headers_and_no_body(ada, session):
    answer = ada.head("/api/v1/health")
    assert (answer.status_code, answer.content) == (200, b"")
    assert int(answer.headers["content-length"]) > 0
    assert ada.get("/api/v1/health").json()["status"] == "ok"


@pytest.mark.parametrize(
    "raw",
    [
        b"not http at all\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n",
        b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nX: ",
        b"HTTP/1.1 200",
        b"",
    ],
)
def test_a_garbled_answer_is_a_502_without_internals(ada, session, raw):
    answer = ada.post(
        "/api/v1/raw", params={"hex": hexed(raw), "close": "1", "fill": 70000 if b"X: " in raw else 0}
    )
    assert answer.status_code == 502
    assert answer.headers["content-type"] == "application/problem+json"
    assert "127.0.0.1" not in answer.text
    assert "Traceback" not in answer.text


def test_an_answer_cut_short_does_not_look_whole(served, ada, session):
    raw = b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf"
    cookie = "; ".join(f"{c.name}={c.value}" for c in ada.cookies.jar)
    head = f"GET /api/v1/raw?hex={hexed(raw)}&close=1 HTTP/1.1\r\nHost: localhost\r\nCookie: {cookie}\r\n\r\n"
    got = served.raw(head.encode())
    assert got.endswith(b"half")
    assert b"content-length: 10" in got


@pytest.mark.parametrize("chunked", [False, True])
@pytest.mark.parametrize("size", [0, 1, 70_000, 5_000_000])
def test_bodies_arrive_whole(ada, session, size, chunked):
    body = bytes(range(256)) * (size // 256 + 1)
    body = body[:size]
    content = iter([body[i : i + 65536] for i in range(0, size, 65536)]) if chunked else body
    answer = ada.put("/api/v1/datasets/x/upload/file", content=content, headers={"Content-Type": "a/b"})
    seen = answer.json()
    assert (seen["size"], seen["sha256"]) == (size, hashlib.sha256(body).hexdigest())


def test_a_large_answer_arrives_whole_through_a_slow_reader(ada, session):
    size = 20_000_000
    with ada.stream("GET", "/api/v1/big", params={"size": size}) as answer:
        got = sum(len(piece) for piece in answer.iter_bytes())
    assert got == size


def test_a_body_above_the_limit_is_refused_said_or_unsaid(ada, session):
    large = b"x" * (11 * 1024 * 1024)
    assert ada.post("/api/v1/echo", content=large).status_code == 413
    assert ada.post("/api/v1/echo", content=iter([large[: 1 << 20]] * 11)).status_code == 413


def test_an_early_answer_to_an_upload_reaches_the_client(ada, session):
    pieces = iter([b"x" * 65536] * 3)
    assert ada.put("/api/v1/datasets/x/upload/early", content=pieces).status_code == 413
    assert ada.get("/api/v1/health").status_code == 200


def test_events_stream_as_they_come_and_end_when_the_client_leaves(ada, session):
    before = ada.get("/api/v1/closed").json()["closed"]
    with ada.stream("GET", "/api/v1/events") as answer:
        lines = answer.iter_lines()
        assert [next(lines) for _ in range(3)] == ["data: 0", "", "data: 1"]
    eventually(lambda: ada.get("/api/v1/closed").json()["closed"] > before)


def test_a_client_that_leaves_while_it_waits_frees_the_backend(served, ada, session):
    before = ada.get("/api/v1/closed").json()["closed"]
    cookie = "; ".join(f"{c.name}={c.value}" for c in ada.cookies.jar)
    with socket.create_connection(("127.0.0.1", served.port)) as connection:
        head = f"GET /api/v1/slow?seconds=0.5 HTTP/1.1\r\nHost: localhost\r\nCookie: {cookie}\r\n\r\n"
        connection.sendall(head.encode())
    eventually(lambda: ada.get("/api/v1/closed").json()["closed"] > before)


def test_a_backend_that_thinks_too_long_is_a_504(ada, session, served):
    proxy = served.gateway.app._proxy
    proxy._read_seconds = proxy._change_seconds = 0.2
    answer = ada.get("/api/v1/slow", params={"seconds": 5})
    assert answer.status_code == 504
    assert answer.headers["content-type"] == "application/problem+json"
    assert ada.post("/api/v1/slow", params={"seconds": 5}, content=b"x").status_code == 504
    proxy._read_seconds = 25.0
    assert ada.get("/api/v1/health").status_code == 200


def test_a_read_survives_the_death_of_the_backend_and_a_save_is_told(ada, session):
    first = ada.get("/api/v1/health").json()["pid"]
    assert ada.post("/api/v1/die").status_code == 502
    answer = ada.get("/api/v1/health")
    assert answer.status_code == 200
    assert answer.json()["pid"] != first


def test_without_a_session_there_is_nowhere_to_go(served):
    with served.person("bob", "researcher") as bob:
        answer = bob.get("/api/v1/projects")
    assert answer.status_code == 409
    assert answer.json()["code"] == "no-session"


def test_nobody_reaches_the_session_of_somebody_else(served, ada, session):
    with served.person("bob", "researcher") as bob:
        answer = bob.get("/api/v1/projects", headers={"X-MDJ-Session": session})
    assert answer.status_code == 409


def test_a_reader_changes_nothing(served, ada, place):
    ready(ada, place / "data", members=["pia"], keep_running=False)
    with served.person("pia", "reader") as pia:
        config = pia.get("/api/configs").json()["items"][0]["config_id"]
        assert pia.post("/api/session/start", json={"config": config}).status_code in (201, 202)
        assert pia.get("/api/v1/health").status_code == 200
        assert pia.post("/api/v1/rescan").status_code == 403


def test_many_requests_at_once_all_get_their_own_answer(ada, session):
    wrong = []

    def ask(worker):
        for number in range(20):
            seen = ada.get(f"/api/v1/echo/{worker}/{number}").json()["target"]
            if seen != f"/api/v1/echo/{worker}/{number}":
                wrong.append(seen)

    threads = [threading.Thread(target=ask, args=(worker,)) for worker in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong


def test_one_person_cannot_take_every_connection(place):
    with Served(place) as served, served.person() as ada:
        ready(ada, place / "data", keep_running=False)
        served.gateway.app._proxy._at_once["ada"] = 64
        answer = ada.get("/api/v1/health")
        assert (answer.status_code, answer.headers["retry-after"]) == (429, "1")
        served.gateway.app._proxy._at_once.clear()
