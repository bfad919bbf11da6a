"""Asks a backend how it is, in the gateway's own name."""

import uuid

from mdjourney_contract.launch import REQUEST_ID_HEADER, USER_HEADER
from mdjourney_contract.people import SYSTEM
from mdjourney_gateway.accounts.callers import user_header
from mdjourney_gateway.proxy.connection import connect
from mdjourney_gateway.proxy.target import Target

_SYSTEM_HEADER = user_header(SYSTEM)


async def ask_health(target: Target, seconds: float) -> bytes:
    """The body of the backend's health.

    Raises:
        BackendGone, OutOfTime, BackendGarbled: it does not answer.
    """
    connection = await connect(target.port, seconds)
    late = connection.call_out_of_time_in(seconds)
    try:
        connection.begin("GET", _health_request(target))
        await connection.head()
        body, more = await connection.chunk()
        while more:
            data, more = await connection.chunk()
            body += data
        return body
    finally:
        late.cancel()
        connection.abort()


def _health_request(target: Target) -> bytes:
    return b"".join(
        (
            b"GET /api/v1/health HTTP/1.1\r\n",
            target.own_headers,
            f"{USER_HEADER}: ".encode(),
            _SYSTEM_HEADER,
            f"\r\n{REQUEST_ID_HEADER}: {uuid.uuid4().hex}\r\nconnection: close\r\n\r\n".encode(),
        )
    )
