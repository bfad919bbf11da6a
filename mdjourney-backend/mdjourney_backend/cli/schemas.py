"""`mdjourney schema`: which schemas apply to a tree, whether one could be used, and documents carried to new versions."""

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from mdjourney_backend.cli.places import (
    ConfigOption,
    HomeOption,
    JsonOption,
    TreeArgument,
    config_of,
    home_of,
    print_json,
)
from mdjourney_backend.schemas import SchemaManager, lint

schema_app = typer.Typer(add_completion=False, no_args_is_help=True, help="Schemas and templates.")


@schema_app.command("list")
def list_schemas(
    path: Annotated[Path, typer.Argument(help="The tree whose overrides count.", metavar="PATH")] = Path(),
    as_json: JsonOption = False,
) -> None:
    """List the schemas in force for a tree: which layer won, and why; status 1 when an override is broken."""
    manager = SchemaManager(path.resolve())
    listed, problems = manager.list(), manager.problems()
    if as_json:
        print_json({"schemas": [asdict(s) for s in listed], "problems": [asdict(p) for p in problems]})
    else:
        for schema in listed:
            print(f"{schema.name:<36} {schema.source:<9} {schema.version:<8} {schema.reason}")
        for problem in problems:
            print(f"broken: {problem.name}: {problem.message}")
    raise typer.Exit(1 if problems else 0)


@schema_app.command("check")
def check_schema(
    file: Annotated[Path, typer.Argument(help="A schema somebody wants to use.", metavar="FILE")],
    name: Annotated[str | None, typer.Option(help="Check it as if it had this name.")] = None,
    as_json: JsonOption = False,
) -> None:
    """Say whether a file could be used as local override or template; status 1 when it could not."""
    result = lint(file, name)
    if as_json:
        print_json({"name": result.name, "ok": result.ok, "findings": [asdict(f) for f in result.findings]})
    else:
        for finding in result.findings:
            print(f"{file}: {finding.pointer or '/'}: {finding.message}")
        print(f"{file}: {'can be used' if result.ok else 'cannot be used'} as {result.name}")
    raise typer.Exit(0 if result.ok else 1)


@schema_app.command("migrate")
def migrate_documents(
    path: TreeArgument,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say what would be done, change nothing.")
    ] = False,
    config: ConfigOption = None,
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Carry documents to the versions of the schemas in force, one commit each; status 1 when one cannot be carried."""
    from mdjourney_backend.migrating import carry
    from mdjourney_backend.schemas import migration

    root = path.resolve()
    told = list(carry(root, config_of(root, config), home_of(home), migration.STEPS, dry_run=dry_run))
    stuck = [one for one in told if one.problem is not None]
    if as_json:
        print_json({"dry_run": dry_run, "ok": not stuck, "documents": [asdict(one) for one in told]})
    else:
        for one in told:
            print(f"{one.path}: {one.problem}" if one.problem else one.subject)
        verb = "would be carried over" if dry_run else "carried over"
        print(f"{path}: {len(told) - len(stuck)} documents {verb}, {len(stuck)} cannot be")
    raise typer.Exit(1 if stuck else 0)
