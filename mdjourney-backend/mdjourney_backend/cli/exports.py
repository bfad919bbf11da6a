"""`mdjourney export`: the newest complete record of a dataset in the words of a repository."""

from pathlib import Path
from typing import Annotated

import typer

from mdjourney_backend.cli.places import config_of, tree_around
from mdjourney_backend.export import FORMATS, export
from mdjourney_backend.layout import Layout
from mdjourney_backend.schemas.strict_json import loads
from mdjourney_backend.tree import Tree
from mdjourney_contract.problems import BadRequest, NotFound

export_app = typer.Typer(add_completion=False)


@export_app.command()
def export_dataset(
    dataset: Annotated[Path, typer.Argument(help="A dataset folder.", metavar="DATASET")],
    format_: Annotated[str, typer.Option("--format", help=f"One of {', '.join(FORMATS)}.")] = "ro-crate",
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="Where to write it; absent: the current folder.")
    ] = None,
) -> None:
    """Export the newest complete record of a dataset; the data itself is not copied."""
    if format_ not in FORMATS:
        raise BadRequest(f"--format: {format_!r} is none of {', '.join(FORMATS)}")
    root = tree_around(dataset)
    tree = Tree(root, Layout.of(config_of(root, None)))
    relative = dataset.resolve().relative_to(root).as_posix()
    place = next((d for d in tree.datasets() if d.path == relative), None)
    if place is None:
        raise NotFound(f"{dataset} is no dataset of {root}")
    records = [ref for run in tree.runs(place.dataset_id) for _, ref in tree.revisions(run)[-1:]]
    if not records:
        raise NotFound(f"{dataset}: no run of it is complete yet, so there is no record to export")
    newest = max(records, key=lambda ref: (root / ref.path).stat().st_mtime_ns)
    made = export(loads((root / newest.path).read_bytes()), format_)
    target = output if output is not None and not output.is_dir() else (output or Path()) / made.name
    target.write_bytes(made.content)
    print(target)
