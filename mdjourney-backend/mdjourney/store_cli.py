"""`mdjourney db` and `mdjourney connector`: the store's own verbs, and the one that needs trees as well."""

import json
import socket
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from mdjourney_backend.layout import Layout
from mdjourney_backend.leader import read_marker
from mdjourney_backend.sync import rebuild
from mdjourney_backend.tree import Tree
from mdjourney_contract.home import default_home
from mdjourney_contract.problems import NotFound
from mdjourney_contract.session_config import SessionConfig
from mdjourney_store.cli import Home, Json, Url, connector_command, owner_url
from mdjourney_store.cli import db as db_app
from mdjourney_store.connection import Store
from mdjourney_store.connector import Connector
from mdjourney_store.migrate import upgrade
from mdjourney_store.rows import Changes, Origin

connector_app = typer.Typer(add_completion=False)
connector_app.command()(connector_command)

__all__ = ["connector_app", "db_app"]


@db_app.command("sync")
def sync_command(
    trees: Annotated[
        list[Path] | None,
        typer.Argument(help="Trees to send again; absent: every tree this home has served."),
    ] = None,
    home: Home = None,
    url: Url = None,
    verify: Annotated[
        bool,
        typer.Option(
            "--verify",
            help="Compare every row, change nothing; status 1 where they differ or something is held elsewhere.",
        ),
    ] = False,
    rebuild_all: Annotated[
        bool, typer.Option("--rebuild", help="Compare and mend every row, not only what looks changed.")
    ] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say what would change, and change nothing.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Make the store say what the files say; documents whose identifiers are held elsewhere are named.

    Status 1 when a document could not be used.
    """
    dry_run = dry_run or verify
    answer: dict[str, dict[str, object]] = {}
    with owner_url(home, url) as where:
        upgrade(where)
        for root in trees or _served(home):
            changes = _send(root.resolve(), where, verify=verify or rebuild_all, dry_run=dry_run)
            answer[str(root)] = asdict(changes)
        if not dry_run:
            _connect(where)
    if as_json:
        print(json.dumps(answer, indent=2))
    else:
        for root_name, told in answer.items():
            print(f"{root_name}: {_sentence(told, dry_run=dry_run)}")
    unwell = any(
        told["refused"] or (verify and (told["rows"] or told["conflicts"])) for told in answer.values()
    )
    raise typer.Exit(1 if unwell else 0)


def _served(home: Path | None) -> list[Path]:
    """Every tree that a backend of this home has served and that is still there."""
    noted = (home or default_home()) / "journals" / "roots.json"
    if not noted.is_file():
        raise NotFound(f"{noted} is not there: no tree was served from this home yet, so name one")
    return [Path(root) for root in json.loads(noted.read_text(encoding="utf-8")) if Path(root).is_dir()]


def _send(root: Path, url: str, *, verify: bool, dry_run: bool) -> Changes:
    marker = read_marker(root)
    if marker is None:
        raise NotFound(f"{root} is no tree: no backend and no scan has served it yet")
    config = SessionConfig.model_validate({"monitor_path": str(root), **marker.keys})
    origin = Origin(origin_id=marker.tree_id, host=socket.gethostname(), root_path=str(root))
    return rebuild(Tree(root, Layout.of(config)), url, origin, verify=verify, dry_run=dry_run)


def _connect(url: str) -> None:
    store = Store(url)
    try:
        Connector(store).drain()
    finally:
        store.close()


def _sentence(told: dict[str, object], *, dry_run: bool) -> str:
    rows, refused, conflicts = told["rows"], told["refused"], told["conflicts"]
    assert isinstance(rows, dict)
    assert isinstance(refused, dict)
    assert isinstance(conflicts, list)
    verb = "would change" if dry_run else "changed"
    counts = ", ".join(f"{number} in {table}" for table, number in sorted(rows.items())) or "nothing"
    lines = [f"cannot use {path}: {why}" for path, why in refused.items()]
    lines += [f"held by another tree, or by the store itself: what {path} speaks of" for path in conflicts]
    return "\n  ".join([f"{verb} {counts}", *lines])
