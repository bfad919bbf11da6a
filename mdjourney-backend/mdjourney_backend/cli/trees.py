"""`mdjourney scan`, `check` and `validate`: bring a tree in step, test its promises, validate its documents."""

from dataclasses import asdict
from typing import Annotated

import typer
from rich.console import Console

from mdjourney_backend.cli.places import (
    ConfigOption,
    HomeOption,
    JsonOption,
    TreeArgument,
    config_of,
    home_of,
    print_json,
)

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
    from mdjourney_backend.pipeline.moment import scan_once

    with Console(stderr=True).status(f"scanning {path}"):
        outcome = scan_once(path.resolve(), config_of(path, config), home_of(home), timeout)
    in_step = outcome.status is None or outcome.status.in_step
    if as_json:
        print_json(
            {
                "led": outcome.led,
                "in_step": in_step,
                "status": None if outcome.status is None else asdict(outcome.status),
            }
        )
    elif not outcome.led:
        print(f"{path}: the backend that serves it has taken the request")
    else:
        growing = (
            ""
            if not outcome.status
            else "".join(f"\n  still growing: {name}" for name in outcome.status.growing)
        )
        print(f"{path}: {'in step' if in_step else 'not in step yet'}{growing}")
    raise typer.Exit(0 if in_step else 1)


@check_app.command()
def check(
    path: TreeArgument,
    config: ConfigOption = None,
    home: HomeOption = None,
    hashes: Annotated[bool, typer.Option(help="Read every file again and compare its checksum.")] = True,
    as_json: JsonOption = False,
) -> None:
    """Test every promise on a tree, also beside a running session; status 1 when one does not hold."""
    from mdjourney_backend.checking import check_tree

    with Console(stderr=True).status(f"checking {path}"):
        report = check_tree(path.resolve(), config_of(path, config), home_of(home), hashes=hashes)
    if as_json:
        print_json(
            {
                "ok": report.ok,
                "findings": [asdict(f) for f in report.findings],
                "skipped": report.skipped,
                "counts": report.counts,
            }
        )
    else:
        for finding in report.findings:
            print(f"{finding.promise}: {finding.path}: {finding.message}")
        for skipped in report.skipped:
            print(f"skipped: {skipped['path']}: {skipped['reason']}")
        said = ", ".join(f"{number} {what}" for what, number in report.counts.items())
        print(f"{path}: {said}; {'all promises hold' if report.ok else f'{len(report.findings)} findings'}")
    raise typer.Exit(0 if report.ok else 1)


@validate_app.command()
def validate(path: TreeArgument, config: ConfigOption = None, as_json: JsonOption = False) -> None:
    """Validate every document of a tree against the schema in force; status 1 when one is not valid."""
    from mdjourney_backend.checking import validate_documents

    results = list(validate_documents(path.resolve(), config_of(path, config)))
    bad = [result for result in results if result.errors]
    if as_json:
        print_json({"ok": not bad, "documents": [asdict(result) for result in results]})
    else:
        for result in bad:
            for fault in result.errors:
                print(f"{result.path}: {fault['pointer'] or '/'}: {fault['message']}")
        open_ones = sum(1 for result in results if not result.errors and result.missing)
        print(f"{path}: {len(results)} documents, {len(bad)} not valid, {open_ones} incomplete")
    raise typer.Exit(1 if bad else 0)
