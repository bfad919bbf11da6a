"""`mdjourney history`: who changed a document, when and which fields."""

from pathlib import Path
from typing import Annotated, Any

import typer

from mdjourney_backend.cli.places import (
    HomeOption,
    JsonOption,
    TreeArgument,
    config_of,
    home_of,
    print_json,
    tree_around,
)
from mdjourney_backend.history import Revision, field_diff
from mdjourney_backend.history.recorder import History
from mdjourney_backend.strict_json import loads

history_app = typer.Typer(add_completion=False)


@history_app.command()
def history(
    path: TreeArgument,
    home: HomeOption = None,
    limit: Annotated[int, typer.Option(help="How many changes to tell.", min=1, max=10_000)] = 20,
    fields: Annotated[
        bool, typer.Option("--fields", help="Tell the fields that each change touched.")
    ] = False,
    restore: Annotated[
        str | None, typer.Option(metavar="COMMIT", help="Bring the document back as that commit left it.")
    ] = None,
    field: Annotated[
        str | None, typer.Option(metavar="POINTER", help="With --restore: only this field, `/license`.")
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Show who changed a document, a dataset or a project, newest first; or bring an old version back."""
    root = tree_around(path)
    if restore is not None:
        _restore(root, path, home_of(home), restore, field)
        return
    state = home_of(home) / "journals"
    book = History.open(root, config_of(root, None), state)
    revisions = book.log(path.resolve().relative_to(root).as_posix(), limit=limit).items
    if as_json:
        print_json([_told(book, revision, fields=fields) for revision in revisions])
        return
    for revision in revisions:
        told = _told(book, revision, fields=fields)
        print(f"{revision.commit[:10]} {told['at']} {revision.author_name}: {revision.subject}")
        for change in told.get("changes", ()):
            print(f"    {change['pointer']}: {change['before']!r} -> {change['after']!r}")
    if not revisions:
        print(f"{path}: no change is recorded yet")


def _restore(root: Path, path: Path, home: Path, commit: str, pointer: str | None) -> None:
    from mdjourney_backend import restoring

    document = path.resolve().relative_to(root).as_posix()
    done = restoring.restore(root, config_of(root, None), home, document, commit, pointer)
    print(f"{path}: {pointer or 'all of it'} is as {commit[:10]} left it ({len(done.raw):,} bytes)")


def _told(book: History, revision: Revision, *, fields: bool) -> dict[str, Any]:
    told: dict[str, Any] = {
        "commit": revision.commit,
        "at": revision.at.isoformat(),
        "author": {"name": revision.author_name, "email": revision.author_email},
        "subject": revision.subject,
    }
    if fields and Path(revision.path).suffix == ".json":
        before = book.before(revision.commit, revision.path)
        changes = field_diff(
            loads(before) if before else {}, loads(book.content(revision.commit, revision.path))
        )
        told["changes"] = [
            {"pointer": c.pointer, "op": c.op, "before": c.before, "after": c.after} for c in changes
        ]
    return told
