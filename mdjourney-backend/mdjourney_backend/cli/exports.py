"""`mdjourney export`: the newest complete record of a dataset in the words of a repository."""

import hashlib
from pathlib import Path
from typing import Annotated

import typer

from mdjourney_backend.changes import Content
from mdjourney_backend.cli.places import JsonOption, config_of, print_json, tree_around
from mdjourney_backend.export import FORMATS, export, lacking
from mdjourney_backend.layout import Layout
from mdjourney_backend.strict_json import loads
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
    check: Annotated[
        bool,
        typer.Option("--check", help="Write nothing; say what the target asks for and the record lacks."),
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Export the newest complete record of a dataset; the data itself is not copied."""
    if format_ not in FORMATS:
        raise BadRequest(f"--format: {format_!r} is none of {', '.join(FORMATS)}")
    record = _newest(dataset)
    if check:
        _check(record, format_, as_json=as_json)
        return
    made = export(record, format_)
    target = output if output is not None and not output.is_dir() else (output or Path()) / made.name
    target.write_bytes(made.content)
    if as_json:
        digest = hashlib.sha256(made.content).hexdigest()
        print_json({"format": format_, "path": str(target), "sha256": digest})
    else:
        print(target)


def _newest(dataset: Path) -> Content:
    root = tree_around(dataset)
    tree = Tree(root, Layout.of(config_of(root, None)))
    relative = dataset.resolve().relative_to(root).as_posix()
    place = next((d for d in tree.datasets() if d.path == relative), None)
    if place is None:
        raise NotFound(f"{dataset} is no dataset of {root}")
    refs = [ref for run in tree.runs(place.dataset_id) for _, ref in tree.revisions(run)[-1:]]
    if not refs:
        raise NotFound(f"{dataset}: no run of it is complete yet, so there is no record to export")
    records: list[Content] = [loads((root / ref.path).read_bytes()) for ref in refs]
    return max(records, key=lambda r: str(r["metadata_provenance"]["generation_date"]))


def _check(record: Content, format_: str, *, as_json: bool) -> None:
    """Print what is lacking; exit code 1 when the export cannot be made."""
    found = lacking(record, format_)
    ok = all(item["level"] != "required" for item in found)
    if as_json:
        print_json({"ok": ok, "format": format_, "lacking": found})
    else:
        for item in found:
            print(
                f"{item['level']}: {item['document']}{item['pointer']} ({item['title']}): {item['message']}"
            )
        print(f"{format_}: {'can be made' if ok else 'cannot be made'}, {len(found)} lacking")
    if not ok:
        raise typer.Exit(1)
