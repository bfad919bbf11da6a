"""How a backend is launched, and how the gateway and it recognise each other.

A spawner starts `python -m mdjourney_backend --fd N`, hands over a listening socket as file descriptor N and writes
one line of JSON, a `Launch`, to the child's standard input. It then keeps that pipe open: at its end the backend
drains and exits. Nothing secret stands in argv or the environment.
"""

from pathlib import Path
from typing import Final

from pydantic import BaseModel, ConfigDict

from mdjourney_contract.people import Identity
from mdjourney_contract.session_config import SessionConfig

#: Module a spawner runs (`python -m`) or preloads; the gateway never imports it.
BACKEND_MODULE: Final = "mdjourney_backend"

#: Set by the gateway on every proxied request; a backend refuses (403) what lacks the right secret.
SECRET_HEADER: Final = "x-mdj-secret"
#: The person a request is for: `Identity` as compact JSON, percent-encoded.
USER_HEADER: Final = "x-mdj-user"
#: One id through gateway, backend, triggers and store.
REQUEST_ID_HEADER: Final = "x-request-id"


class Launch(BaseModel):
    """Everything one backend needs to know."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    session_id: str
    config: SessionConfig
    owner: Identity
    #: Operator's home: journals lie under `home/journals/<tree id>/`.
    home: Path
    secret: str
    #: SQLAlchemy-free psycopg URL of the metadata store for the backend's role, or None: no store reachable.
    database_url: str | None = None
    log_level: str = "info"
    #: Folders below which the tree must lie.
    allowed_roots: tuple[Path, ...] = ()
