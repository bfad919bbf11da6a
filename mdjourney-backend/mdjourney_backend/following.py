"""What a follower asks of the leader of its tree: over HTTP, where both share a home."""

from collections.abc import AsyncIterator
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from mdjourney_backend.leader import Peer
from mdjourney_contract.launch import SECRET_HEADER, USER_HEADER
from mdjourney_contract.people import SYSTEM
from mdjourney_contract.problems import Unavailable

if TYPE_CHECKING:
    import httpx

#: Parts of `GET /health` that the leader knows.
LEADERS_PARTS = ("in_step", "available", "pipeline", "history", "sync")
_SECONDS = 5.0
_RESCAN_SECONDS = 70.0


def ask(peer: Peer, method: str, path: str, seconds: float = _SECONDS, body: Any = None) -> Any:
    """The JSON a leader answers.

    Args:
        body: sent as JSON; None: nothing is sent.

    Raises:
        Unavailable: it does not answer, or with an error.
    """
    import httpx

    try:
        answer = httpx.request(
            method, _url(peer, path), headers=_headers(peer), timeout=seconds, trust_env=False, json=body
        )
        answer.raise_for_status()
        return answer.json()
    except (httpx.HTTPError, ValueError) as exc:
        raise Unavailable(f"the backend that leads this tree does not answer: {exc}", retry_after=2) from exc


def rescan(peer: Peer) -> None:
    """Let the leader compare the whole tree, and wait."""
    ask(peer, "POST", "/api/v1/rescan", _RESCAN_SECONDS)


async def events(peer: Peer, last_event_id: str | None) -> AsyncIterator[bytes]:
    """The leader's event stream, byte for byte; ends when the leader does."""
    import httpx

    headers = _headers(peer) | ({"Last-Event-ID": last_event_id} if last_event_id else {})
    timeout = httpx.Timeout(_SECONDS, read=60.0)
    async with httpx.AsyncClient(timeout=timeout, trust_env=False) as client:
        try:
            async with client.stream("GET", _url(peer, "/api/v1/events"), headers=headers) as answer:
                async for chunk in _bytes_of(answer):
                    yield chunk
        except httpx.HTTPError:  # the leader went: the browser asks again, by then somebody else leads
            return


async def _bytes_of(answer: "httpx.Response") -> AsyncIterator[bytes]:
    if answer.status_code != 200:
        return
    async for chunk in answer.aiter_raw():
        yield chunk


def _url(peer: Peer, path: str) -> str:
    return f"http://{peer.host}:{peer.port}{path}"


def _headers(peer: Peer) -> dict[str, str]:
    return {SECRET_HEADER: peer.secret, USER_HEADER: quote(SYSTEM.model_dump_json())}
