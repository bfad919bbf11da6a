"""`python -m benchmarks.proxy.ours ROOT FD`: the whole gateway as `serve` runs it, before the benchmark's upstream."""

import socket
import sys
from pathlib import Path

import uvicorn

from mdjourney_gateway.app import create_app
from mdjourney_gateway.logs import configure_logs
from mdjourney_gateway.serve import run_in_loop, server_config
from mdjourney_gateway.settings import Settings
from mdjourney_gateway.spawn.process import ProcessSpawner


async def main(root: Path, listener: socket.socket) -> None:
    settings = Settings(home=root / "home", allowed_roots=(root,), port_range="23100-23131")
    configure_logs(settings.log_level)
    spawner = ProcessSpawner(settings.home, [sys.executable, str(Path(__file__).with_name("upstream.py"))])
    gateway = create_app(settings, spawner=spawner, with_store=False)
    gateway.accounts.add("bench", role="admin", password="benchmark-password")
    async with gateway.running():
        await uvicorn.Server(server_config(gateway.app)).serve(sockets=[listener])
        gateway.sessions.closing()


if __name__ == "__main__":
    run_in_loop(main(Path(sys.argv[1]), socket.socket(fileno=int(sys.argv[2]))))
