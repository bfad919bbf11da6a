"""`mdjourney scan`, `check` and `validate`: bring a tree in step, test its promises, validate its documents."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from mdjourney_backend.changes import Ref
from mdjourney_backend.cli.places import (
    ConfigOption,
    HomeOption,
    JsonOption,
    TreeArgument,
    config_of,
    home_of,
    print_json,
)
from mdjourney_backend.schemas import Fault

scan_app = typer.Typer(add_completion=False)
check_app = typer.Typer(add_completion=False)
validate_app = typer.Typer(add_completion=False)


@scan_app.command()
def scan(
    path: TreeArgument,
    config: ConfigOption = None,
    home: HomeOption = None,
    timeout: Annotated[float, typer.Option(help="Give up after this many seconds.")] = 3600,
    as_json: JsonOption = False,
) -> None:
    """Compare a whole tree once and bring it in step; for cron and the task scheduler."""
    from mdjourney_backend.cli.progress import progress_of
    from mdjourney_backend.pipeline.moment import scan_once

    with progress_of(f"scanning {path.resolve().name}") as told:
        outcome = scan_once(path.resolve(), config_of(path, config), home_of(home), timeout, told)
    status = outcome.status
    described = status is None or not (
        status.dirty or status.pending_files or status.history_waiting or status.problem
    )
    if as_json:
        print_json(
            {"led": outcome.led, "described": described, "status": None if status is None else asdict(status)}
        )
    elif status is None:
        print(f"{path}: the backend that serves it has taken the request")
    else:
        said = (
            "described and versioned"
            if described
            else f"not finished: {status.problem or status.history_problem or 'work is left'}"
        )
        print(f"{path}: {said}")
        for name in status.growing:
            print(f"  still growing: {name}")
        if status.sync_waiting:
            print(f"  {status.sync_waiting} documents wait for the metadata store")
    raise typer.Exit(0 if described else 1)


@check_app.command()
def check(
    path: TreeArgument,
    hashes: Annotated[bool, typer.Option(help="Read every file again and compare its checksum.")] = True,
    objects: Annotated[
        bool, typer.Option("--objects", help="Hash the objects of the DVC cache as well.")
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Test every promise on a tree, also beside a running session; status 1 when one does not hold."""
    from mdjourney_backend.pipeline.checking import check as findings_of

    with Console(stderr=True).status(f"checking {path}"):
        findings = findings_of(path.resolve(), hashes=hashes, objects=objects)
    wrong = [finding for finding in findings if finding.severity == "wrong"]
    if as_json:
        print_json({"ok": not wrong, "findings": [asdict(finding) for finding in findings]})
    else:
        for finding in findings:
            promise = f" {finding.promise}" if finding.promise else ""
            print(f"{finding.severity}{promise}: {finding.path}: {finding.message}")
        print(f"{path}: {f'{len(wrong)} promises do not hold' if wrong else 'all promises hold'}")
    raise typer.Exit(1 if wrong else 0)


@dataclass(frozen=True, slots=True)
class Validated:
    """One document: what is wrong with it and what it still owes."""

    path: str
    errors: list[Fault]
    missing: list[Fault]


@validate_app.command()
def validate(path: TreeArgument, as_json: JsonOption = False) -> None:
    """Validate every document of a tree against the schema in force; status 1 when one is not valid."""
    results = list(_validated(path.resolve()))
    bad = [result for result in results if result.errors]
    if as_json:
        print_json({"ok": not bad, "documents": [asdict(result) for result in results]})
    else:
        for result in bad:
            for fault in result.errors:
                print(f"{result.path}: {fault['pointer'] or '/'}: {fault['message']}")
        unfinished = sum(1 for result in results if not result.errors and result.missing)
        print(f"{path}: {len(results)} documents, {len(bad)} not valid, {unfinished} incomplete")
    raise typer.Exit(1 if bad else 0)


def _validated(root: Path) -> Iterator[Validated]:
    from mdjourney_backend.documents import Unreadable, parse, schema_name
    from mdjourney_backend.layout import Layout
    from mdjourney_backend.schemas import SchemaManager
    from mdjourney_backend.tree import Tree

    manager = SchemaManager(root)

    def judge(ref: Ref) -> Validated:
        try:
            content = parse((root / ref.path).read_bytes())
        except (OSError, Unreadable) as exc:
            return Validated(
                ref.path, [{"pointer": "", "title": "", "message": f"cannot be read: {exc}"}], []
            )
        assessed = manager.assess(schema_name(ref.kind, content), content)
        return Validated(ref.path, list(assessed.errors), list(assessed.missing))

    return map(judge, Tree(root, Layout.of(config_of(root, None))).documents())
