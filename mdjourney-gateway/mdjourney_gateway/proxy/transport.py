"""The connection to a backend as an `httpx` transport, for whoever speaks httpx to one."""

from collections.abc import AsyncIterator

import httpx

from mdjourney_contract.problems import MDJourneyError, OutOfTime
from mdjourney_gateway.proxy.connection import BackendConnection, connect
from mdjourney_gateway.proxy.target import Target

_SECONDS = 25.0


class BackendTransport(httpx.AsyncBaseTransport):
    """Sends every request, whatever its host, to one target; adds the secret."""

    def __init__(self, target: Target, seconds: float = _SECONDS) -> None:
        self._target = target
        self._seconds = seconds

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """One exchange.

        Raises:
            httpx.ReadTimeout, httpx.RemoteProtocolError: no answer in time, or none that can be read.
        """
        body = await request.aread()
        lines = [
            request.method.encode(),
            b" ",
            request.url.raw_path,
            b" HTTP/1.1\r\n",
            self._target.own_headers,
        ]
        for name, value in request.headers.raw:
            if name.lower() not in (b"host", b"transfer-encoding", b"content-length", b"connection"):
                lines += (name, b": ", value, b"\r\n")
        if body:
            lines.append(b"content-length: %d\r\n" % len(body))
        lines += (b"\r\n", body)
        try:
            connection = self._target.take_idle() or await connect(self._target.port, self._seconds)
            connection.begin(request.method, b"".join(lines))
            late = connection.call_out_of_time_in(self._seconds)
            try:
                status, headers = await connection.head()
            except BaseException:
                connection.abort()
                raise
            finally:
                late.cancel()
        except OutOfTime as exc:
            raise httpx.ReadTimeout(exc.detail, request=request) from exc
        except MDJourneyError as exc:
            raise httpx.RemoteProtocolError(exc.detail, request=request) from exc
        return httpx.Response(
            status, headers=headers, stream=_Body(connection, self._target), request=request
        )

    async def aclose(self) -> None:
        """Let go of idle connections."""
        self._target.close()


class _Body(httpx.AsyncByteStream):
    def __init__(self, connection: BackendConnection, target: Target) -> None:
        self._connection = connection
        self._target = target

    async def __aiter__(self) -> AsyncIterator[bytes]:
        more = True
        while more:
            try:
                data, more = await self._connection.chunk()
            except MDJourneyError as exc:
                raise httpx.RemoteProtocolError(exc.detail) from exc
            if data:
                yield data

    async def aclose(self) -> None:
        self._target.keep(self._connection)
