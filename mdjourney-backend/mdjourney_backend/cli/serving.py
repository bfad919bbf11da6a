"""`mdjourney backend`: one session without a gateway, for a cluster node or a single person."""

import os
import secrets
import socket
from pathlib import Path
from typing import Annotated

import typer

from mdjourney_backend.cli.places import HomeOption, home_of
from mdjourney_contract.launch import Launch
from mdjourney_contract.people import Identity
from mdjourney_contract.session_config import load_session_config

backend_app = typer.Typer(add_completion=False)


@backend_app.command()
def backend(
    config: Annotated[Path, typer.Option("--config", help="Session config (YAML).")],
    home: HomeOption = None,
    port: Annotated[
        int, typer.Option(help="Port on 127.0.0.1; 0 lets the system choose.", min=0, max=65535)
    ] = 0,
    database_url: Annotated[
        str | None, typer.Option(help="PostgreSQL of the metadata store.", envvar="MDJOURNEY_DATABASE_URL")
    ] = None,
    log_level: Annotated[str, typer.Option(help="debug, info, warning or error.")] = "info",
) -> None:
    """Serve one tree until Ctrl-C. The secret that requests must carry is written to `<home>/backend.secret` (0600)."""
    from mdjourney_backend.serving import serve

    secret = secrets.token_urlsafe(32)
    base = home_of(home)
    note = base / "backend.secret"
    note.unlink(missing_ok=True)
    with open(os.open(note, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="ascii") as out:
        out.write(secret)
    login = os.environ.get("USER") or str(os.getuid())
    launch = Launch(
        session_id="standalone",
        config=load_session_config(config.read_bytes()),
        owner=Identity(user_id=login, domain=f"os:{socket.gethostname()}", role="admin"),
        home=base,
        secret=secret,
        database_url=database_url,
        log_level=log_level,
    )
    listening = socket.create_server(("127.0.0.1", port))
    print(f"http://127.0.0.1:{listening.getsockname()[1]}/api/v1/health", flush=True)
    reading, writing = os.pipe()  # never closed while we live: a standalone backend has no parent to outlive
    try:
        raise typer.Exit(serve(listening.detach(), launch, reading))
    finally:
        os.close(writing)
        note.unlink(missing_ok=True)
