"""`mdjourney cache`: what old bytes of data files take, and removing versions that nobody needs any more."""

from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.filesize import decimal

from mdjourney_backend.cli.places import (
    ConfigOption,
    HomeOption,
    JsonOption,
    TreeArgument,
    config_of,
    home_of,
    print_json,
    tree_around,
)
from mdjourney_backend.history import collected
from mdjourney_contract.problems import Unavailable
from mdjourney_contract.session_config import SessionConfig

cache_app = typer.Typer(add_completion=False)

_SECONDS = 600.0


@cache_app.command()
def cache(
    path: TreeArgument,
    collect: Annotated[
        bool, typer.Option("--collect", help="Remove them; without it only numbers are told.")
    ] = False,
    keep_days: Annotated[
        float, typer.Option(help="Versions that were in force within these days stay.", min=0, max=36_500)
    ] = 90,
    config: ConfigOption = None,
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Tell what old bytes of data files take, and how much of it versions replaced long ago are."""
    root = tree_around(path)
    asked = {"keep_days": keep_days, "dry_run": not collect}
    with Console(stderr=True).status(f"looking at the cache of {root}"):
        told = _told(root, config_of(root, config), home_of(home), asked)
    if as_json:
        print_json(told)
        return
    print(f"{root}: {told['objects']} objects, {decimal(told['bytes'])}")
    what = f"{told['removed_objects']} of versions replaced more than {keep_days:g} days ago"
    print(f"  {what}, {decimal(told['removed_bytes'])}: {'removed' if collect else '--collect removes them'}")


def _told(root: Path, config: SessionConfig, home: Path, asked: dict[str, Any]) -> Any:
    """Done here when nobody leads the tree, else by the backend that leads."""
    from mdjourney_backend.pipeline.moment import led

    with led(root, config, home) as leader:
        if leader is not None:
            if leader.pointers is not None:
                leader.pointers.prepare()
            return collected(leader.pointers, asked["keep_days"], dry_run=asked["dry_run"])
    return _ask(root, config, home, asked)


def _ask(root: Path, config: SessionConfig, home: Path, asked: dict[str, Any]) -> Any:
    from mdjourney_backend import following
    from mdjourney_backend.leader import Leadership

    peer = Leadership(root, config, home).peer()
    if peer is None:
        raise Unavailable(
            f"a backend with another home leads {root}: name its home with --home", retry_after=60
        )
    return following.ask(peer, "POST", "/api/v1/cache/collect", _SECONDS, asked)
