"""What every verb takes: a tree, its config, the home; and how an answer is printed."""

from pathlib import Path
from typing import Annotated, Any

import orjson
import typer

from mdjourney_backend.leader import read_marker
from mdjourney_contract.home import default_home
from mdjourney_contract.problems import NotFound
from mdjourney_contract.session_config import SessionConfig, load_session_config

TreeArgument = Annotated[
    Path, typer.Argument(help="A tree, or any folder or file inside one.", metavar="PATH")
]
ConfigOption = Annotated[
    Path | None,
    typer.Option(
        "--config", help="Session config of the tree; absent: as it was last served, else the defaults."
    ),
]
HomeOption = Annotated[
    Path | None, typer.Option(help="Where journals lie; $MDJOURNEY_HOME or ~/.mdjourney when absent.")
]
JsonOption = Annotated[bool, typer.Option("--json", help="Answer as JSON.")]


def home_of(given: Path | None) -> Path:
    """The home that was named, or the usual one; made when it is not there (mode 0700)."""
    home = given.absolute() if given is not None else default_home()
    home.mkdir(parents=True, exist_ok=True, mode=0o700)
    return home


def config_of(path: Path, file: Path | None) -> SessionConfig:
    """The config a tree is served with: from a file, else from its own marker, else the defaults.

    Raises:
        NotFound: there is no such folder.
        ConfigError, YamlError: the file is no session config.
    """
    if file is not None:
        return load_session_config(file.read_bytes())
    if not path.is_dir():
        raise NotFound(f"{path} is no folder")
    marker = read_marker(path)
    keys = marker.keys if marker is not None else {}
    return SessionConfig.model_validate({"monitor_path": str(path.resolve()), **keys})


def tree_around(path: Path) -> Path:
    """The tree that holds a path.

    Raises:
        NotFound: no folder above it was ever served.
    """
    start = path.resolve()
    for folder in (start, *start.parents):
        if folder.is_dir() and read_marker(folder) is not None:
            return folder
    raise NotFound(f"{path} lies in no tree: `mdjourney scan` makes a folder one")


def print_json(value: Any) -> None:
    """One JSON answer on standard output."""
    print(orjson.dumps(value, option=orjson.OPT_INDENT_2).decode())
