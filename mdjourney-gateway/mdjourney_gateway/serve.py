"""Runs the gateway: one server, started and ended with everything it starts."""

import asyncio
import contextlib
import gc
import logging
import signal
import socket
import sys
from collections.abc import Callable, Coroutine, Iterator
from typing import Any

import uvicorn

from mdjourney_contract.problems import Conflict
from mdjourney_gateway.app import Gateway, create_app
from mdjourney_gateway.arrival import AsgiApp
from mdjourney_gateway.holding import only_one
from mdjourney_gateway.logs import configure_logs
from mdjourney_gateway.proxy.websocket import MOST_MESSAGE_BYTES, can_carry
from mdjourney_gateway.settings import Settings

log = logging.getLogger(__name__)

_LAST_REQUESTS_SECONDS = 3
_COLLECT = (10_000, 20, 20)
#: A thread that computes (the connector deriving what a trial says) lets go after so long where another waits: a request
#: changes hands between threads a few times and would wait five milliseconds each time.
_SWITCH_SECONDS = 0.0005


def run(
    settings: Settings, say: Callable[[str], None], ready: Callable[[Gateway, str], None] | None = None
) -> None:
    """Serve until SIGINT or SIGTERM; returns when everything that was started is gone.

    Args:
        settings: what to serve.
        say: tells the operator where to go.
        ready: called once requests are answered, with the gateway and its URL.

    Raises:
        Conflict: the port is in use, or another gateway serves this home.
    """
    settings.home.mkdir(mode=0o700, parents=True, exist_ok=True)
    configure_logs(settings.log_level)
    with only_one(settings.home) as reached_at, _listening(settings) as listener:
        url = settings.url(listener.getsockname()[1])
        reached_at(url)
        run_in_loop(_serve(settings, listener, url, say, ready))


def run_in_loop(work: Coroutine[Any, Any, None]) -> None:
    """Run in uvloop's event loop, which writes head and body of an answer at one go; in asyncio's where it is absent."""
    factory: Callable[[], asyncio.AbstractEventLoop] | None = None
    with contextlib.suppress(ImportError):  # no wheel for this platform
        from uvloop import new_event_loop as factory
    # What is loaded now stays: the collector need not look at it again and again while requests pass.
    gc.collect()
    gc.freeze()
    gc.set_threshold(*_COLLECT)
    sys.setswitchinterval(_SWITCH_SECONDS)
    with asyncio.Runner(loop_factory=factory) as runner:
        runner.run(work)


async def _serve(
    settings: Settings,
    listener: socket.socket,
    url: str,
    say: Callable[[str], None],
    ready: Callable[[Gateway, str], None] | None,
) -> None:
    gateway = create_app(settings)
    server = _Server(server_config(gateway.app))

    def stop() -> None:
        server.should_exit = True
        gateway.sessions.closing()

    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop)
    async with gateway.running():
        if not gateway.accounts.count():
            say(f"no account yet: make the first at {url}/setup?token={gateway.links.make('setup')}")
        say(f"MDJourney listens on {url}")
        serving = asyncio.create_task(server.serve(sockets=[listener]))
        if ready is not None:
            while not server.started and not serving.done():  # noqa: ASYNC110 - uvicorn offers no event
                await asyncio.sleep(0.01)
            await asyncio.to_thread(ready, gateway, url)
        await serving
        say("stopping")


def server_config(app: AsgiApp) -> uvicorn.Config:
    """How the server in front of the door is set up."""
    return uvicorn.Config(
        app,
        http="httptools",
        loop="none",
        lifespan="off",
        access_log=False,
        log_config=None,
        server_header=False,
        proxy_headers=False,
        ws="websockets-sansio" if can_carry() else "none",
        ws_max_size=MOST_MESSAGE_BYTES,
        ws_per_message_deflate=False,
        timeout_keep_alive=75,
        timeout_graceful_shutdown=_LAST_REQUESTS_SECONDS,
    )


#: Connections that may wait to be accepted; what uvicorn asks for.
_BACKLOG = 2048


class _Server(uvicorn.Server):
    """Leaves signals to us: everything beside the requests is to be stopped in order, too."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


@contextlib.contextmanager
def _listening(settings: Settings) -> Iterator[socket.socket]:
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    # The protocol is named because asyncio sends without delay only on sockets that say they are TCP: without it an
    # answer's body waits 40 ms for the acknowledgement of its head.
    with socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP) as listener:
        if sys.platform != "win32":
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((settings.host, settings.port))
            listener.listen(_BACKLOG)  # who comes before we serve waits instead of being refused
        except OSError as exc:
            raise Conflict(f"cannot listen on {settings.host}:{settings.port}: {exc.strerror}") from exc
        yield listener
