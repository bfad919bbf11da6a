"""The PostgreSQL server that the store's tests use: embedded, one given by URL, or one in a container.

`MDJOURNEY_TEST_DATABASE` is empty or `embedded`, the URL of a superuser (`postgresql://...`), or `testcontainers`.
"""

import contextlib
import os
import secrets
import socket
import urllib.parse
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import psycopg
from psycopg import sql

from mdjourney_store.database_roles import BACKEND, DATABASE, OWNER
from mdjourney_store.embedded import EmbeddedPostgres, Urls

VARIABLE = "MDJOURNEY_TEST_DATABASE"


@dataclass(frozen=True)
class Choice:
    """Which server; `url` for a given one."""

    kind: Literal["embedded", "url", "testcontainers"]
    url: str = ""


def choice(environment: Mapping[str, str]) -> Choice:
    """What the environment asks for.

    Raises:
        ValueError: it asks for something else.
    """
    given = environment.get(VARIABLE, "")
    if given in {"", "embedded"}:
        return Choice("embedded")
    if given == "testcontainers":
        return Choice("testcontainers")
    if given.startswith(("postgresql://", "postgres://")):
        return Choice("url", given)
    raise ValueError(f"{VARIABLE} is neither `embedded`, `testcontainers` nor a URL of PostgreSQL")


def without_docker() -> str | None:
    """Why no container can be started, None where Docker answers."""
    place = urllib.parse.urlsplit(os.environ.get("DOCKER_HOST", "unix:///var/run/docker.sock"))
    family = socket.AF_UNIX if place.scheme == "unix" else socket.AF_INET
    with socket.socket(family) as asked:
        asked.settimeout(5)
        try:
            asked.connect(place.path if place.scheme == "unix" else (place.hostname, place.port))
        except OSError as error:
            return f"Docker does not answer at {place.geturl()}: {error.strerror or error}"
    return None


@contextlib.contextmanager
def serving(chosen: Choice, folder: Path) -> Iterator[Urls]:
    """The chosen server's URLs; what is started ends with the block. `folder` has a short name."""
    if chosen.kind == "url":
        yield urls_of(chosen.url)
    elif chosen.kind == "testcontainers":
        from testcontainers.postgres import PostgresContainer

        with PostgresContainer("postgres:16-alpine", driver=None) as container:
            yield urls_of(container.get_connection_url())
    else:
        embedded = EmbeddedPostgres(folder / "h", shared=folder / "s", durable=False)
        try:
            yield embedded.start()
        finally:
            embedded.stop()


def urls_of(admin_url: str) -> Urls:
    """URLs of the store's roles on a server, which are made with passwords of this run."""
    kept = {role: secrets.token_urlsafe(16) for role in (OWNER, BACKEND)}
    with psycopg.connect(admin_url, autocommit=True) as admin:
        for role, password in kept.items():
            name = sql.Identifier(role)
            if not admin.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", (role,)).fetchone():
                admin.execute(sql.SQL("CREATE ROLE {}").format(name))
            admin.execute(sql.SQL("ALTER ROLE {} LOGIN PASSWORD {}").format(name, sql.Literal(password)))
    parts = urllib.parse.urlsplit(admin_url)
    place = parts.netloc.rpartition("@")[2]
    query = parts.query or "application_name=tests"

    def url(person: str) -> str:
        return f"postgresql://{person}@{place}/{DATABASE}?{query}"

    return Urls(url(parts.netloc.rpartition("@")[0]), *(url(f"{r}:{kept[r]}") for r in (OWNER, BACKEND)))
