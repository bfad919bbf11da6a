"""Commands of the store: `db upgrade | status | dump | restore` and `connector`; mounted by the `mdjourney` command."""

import json
import os
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

import typer

from mdjourney_contract.problems import MDJourneyError
from mdjourney_store.connection import Store
from mdjourney_store.connector import Connector, queue_state
from mdjourney_store.dump import dump, restore_into
from mdjourney_store.embedded import EmbeddedPostgres
from mdjourney_store.migrate import revision, upgrade
from mdjourney_store.revision import HEAD

db = typer.Typer(help="The metadata store.", no_args_is_help=True)

Home = Annotated[
    Path | None, typer.Option("--home", help="Operator's home; default $MDJOURNEY_HOME or ~/.mdjourney.")
]
Url = Annotated[
    str | None, typer.Option("--database-url", envvar="MDJOURNEY_DATABASE_URL", help="A PostgreSQL of yours.")
]
Json = Annotated[bool, typer.Option("--json", help="Answer in JSON.")]


@contextmanager
def owner_url(home: Path | None, url: str | None) -> Iterator[str]:
    """The URL to work with: the given one, else the embedded server's, running for as long as the block."""
    if url:
        yield url
        return
    server = EmbeddedPostgres(_home(home))
    try:
        yield server.start(share=True).owner_url
    finally:
        server.stop()


def _home(home: Path | None) -> Path:
    return (home or Path(os.environ.get("MDJOURNEY_HOME", "~/.mdjourney"))).expanduser()


@db.command("upgrade")
def upgrade_command(home: Home = None, url: Url = None, as_json: Json = False) -> None:
    """Bring the database to this program's revision."""
    with _told(), owner_url(home, url) as where:
        found = upgrade(where)
    _say({"revision": found}, f"revision {found}", as_json)


@db.command("status")
def status_command(home: Home = None, url: Url = None, as_json: Json = False) -> None:
    """Revision, rows and what waits for the connector; ends with 1 when an upgrade is needed or something is parked."""
    with _told(), owner_url(home, url) as where:
        found = revision(where)
        answer: dict[str, Any] = {"revision": found, "wanted": HEAD}
        if found == HEAD:
            answer |= _numbers(where)
    if not url and (aside := EmbeddedPostgres(_home(home)).status().set_aside):
        answer["set_aside"] = [str(folder) for folder in aside]
    _say(answer, "\n".join(f"{key}: {value}" for key, value in answer.items()), as_json)
    if found != HEAD or answer["connector"]["parked"]:
        raise typer.Exit(1)


@db.command("dump")
def dump_command(path: Path, home: Home = None, url: Url = None, as_json: Json = False) -> None:
    """Write what lives only in the store (roles, API trials, events, audit) to PATH."""
    with _told(), owner_url(home, url) as where, _store(where) as store:
        rows = dump(store, path)
    _say({"rows": rows, "path": str(path)}, f"{rows} rows in {path}", as_json)


@db.command("restore")
def restore_command(path: Path, home: Home = None, url: Url = None, as_json: Json = False) -> None:
    """Put the rows of a dump back; `db sync` brings the rest."""
    with _told(), owner_url(home, url) as where:
        rows = restore_into(where, path)
    _say({"added": rows}, f"{rows} rows added", as_json)


def connector_command(home: Home = None, url: Url = None, once: bool = False) -> None:
    """Turn tags and links into edges until stopped (`--once`: until nothing waits)."""
    ending = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: ending.set())
    with _told(), owner_url(home, url) as where, _store(where) as store:
        if once:
            print(f"{Connector(store).drain()} changes")
        else:
            Connector(store).run(ending)


def _numbers(url: str) -> dict[str, Any]:
    with _store(url) as store:
        with store.transaction() as connection:
            row = connection.execute(
                "SELECT (SELECT count(*) FROM project_detail WHERE deleted_at IS NULL) AS projects,"
                " (SELECT count(*) FROM dataset_detail WHERE deleted_at IS NULL) AS datasets,"
                " (SELECT count(*) FROM trial_detail WHERE deleted_at IS NULL) AS trials,"
                " (SELECT count(*) FROM metadata_document WHERE problem IS NOT NULL AND deleted_at IS NULL) AS unusable,"
                " (SELECT count(*) FROM sync_conflict) AS conflicts"
            ).fetchone()
        return {**(row or {}), "connector": queue_state(store)}


@contextmanager
def _store(url: str) -> Iterator[Store]:
    store = Store(url)
    try:
        yield store
    finally:
        store.close()


@contextmanager
def _told() -> Iterator[None]:
    try:
        yield
    except (MDJourneyError, FileExistsError, FileNotFoundError) as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(1) from error


def _say(answer: dict[str, Any], words: str, as_json: bool) -> None:
    print(json.dumps(answer, default=str) if as_json else words)
