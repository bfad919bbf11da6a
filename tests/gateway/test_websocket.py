"""WebSockets reach the caller's own backend, from our own page and nowhere else."""

import json

import pytest
from gateway.served import ready
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import connect


def knock(served, client, path="/api/v1/live?a=1&b=%20", origin="own", **more):
    headers = {"Cookie": f"mdj={client.cookies['mdj']}"} if client is not None else {}
    return connect(
        f"ws://127.0.0.1:{served.port}{path}",
        origin=served.url if origin == "own" else origin,
        additional_headers={**headers, **more},
        proxy=None,
        open_timeout=60,
        close_timeout=1,
    )


def test_messages_pass_both_ways_with_the_persons_name_and_no_cookie(served, ada, place):
    ready(ada, place / "data", keep_running=False)
    with knock(served, ada, X_MDJ_User="eve", **{"X-Forwarded-For": "1.2.3.4"}) as socket:
        told = json.loads(socket.recv(timeout=60))
        assert told["target"] == "/api/v1/live?a=1&b=%20"
        assert "cookie" not in told["headers"]
        assert "x-forwarded-for" not in told["headers"]
        assert "ada" in told["headers"]["x-mdj-user"]
        assert len(told["headers"]["x-request-id"]) == 32
        for message in ("text ü", b"\x00bytes", "x" * 60_000):
            socket.send(message)
            assert socket.recv(timeout=60) == message
        socket.send("bye")
        with pytest.raises(ConnectionClosed) as closed:
            socket.recv(timeout=60)
        assert (closed.value.rcvd.code, closed.value.rcvd.reason) == (4001, "as asked")


@pytest.mark.parametrize("origin", [None, "null", "https://evil.example", "http://localhost.evil.example"])
def test_a_page_that_is_not_ours_gets_none(served, ada, place, origin):
    ready(ada, place / "data", keep_running=False)
    with pytest.raises(InvalidStatus):
        knock(served, ada, origin=origin)


def test_strangers_readers_other_people_and_other_paths_get_none(served, ada, place):
    ready(ada, place / "data", keep_running=False)
    with served.person("rita", "reader") as rita, served.person("eve", "researcher") as eve:
        for client, path in (
            (None, "/api/v1/x"),
            (rita, "/api/v1/x"),
            (eve, "/api/v1/x"),
            (ada, "/api/session"),
            (ada, "/"),
        ):
            with pytest.raises(InvalidStatus):
                knock(served, client, path)
