"""The `mdjourney` command: one table of verbs, each loaded only when it is asked for."""

import importlib
import sys
from typing import Final

#: verb -> (module, attribute, what it does). A Typer app, except `run`: a plain function, because every
#: millisecond before the captured command starts is the user's.
VERBS: Final[dict[str, tuple[str, str, str]]] = {
    "demo": (
        "mdjourney.demo.cli",
        "app",
        "Start everything with a small demo folder and print a login link.",
    ),
    "serve": ("mdjourney_gateway.cli", "serve_app", "Start the gateway."),
    "user": ("mdjourney_gateway.cli", "user_app", "Add and list people."),
    "audit": ("mdjourney_gateway.cli", "audit_app", "Check that the audit log was not tampered with."),
    "state": ("mdjourney_gateway.cli", "state_app", "Move accounts and configs to PostgreSQL."),
    "backend": ("mdjourney_backend.cli", "backend_app", "Serve one tree without a gateway."),
    "scan": ("mdjourney_backend.cli", "scan_app", "Bring a tree in step once."),
    "run": ("mdjourney_backend.runs.capturing.command", "main", "Run a command and record it as a trial."),
    "check": ("mdjourney_backend.cli", "check_app", "Check every promise on a tree."),
    "validate": ("mdjourney_backend.cli", "validate_app", "Validate every document of a tree."),
    "history": ("mdjourney_backend.cli", "history_app", "Show who changed what, and when."),
    "cache": (
        "mdjourney_backend.cli",
        "cache_app",
        "Tell what old versions of data files take, or remove them.",
    ),
    "export": ("mdjourney_backend.cli", "export_app", "Export a completed dataset."),
    "schema": ("mdjourney_backend.cli", "schema_app", "List, check and migrate schemas."),
    "db": ("mdjourney.store_cli", "db_app", "Upgrade, synchronise, dump and restore the metadata store."),
    "connector": ("mdjourney.store_cli", "connector_app", "Turn tags and links into graph edges."),
    "doctor": ("mdjourney.doctor", "app", "Look for what would keep MDJourney from working here."),
}


def usage() -> str:
    """The table of verbs as text."""
    width = max(map(len, VERBS))
    lines = [f"  {verb:<{width}}  {words}" for verb, (_, _, words) in VERBS.items()]
    return "Usage: mdjourney VERB [OPTIONS]\n\n" + "\n".join(lines) + "\n\nmdjourney VERB --help tells more."


def main(argv: list[str] | None = None) -> int:
    """Run one verb; returns the exit status (0 only when all is well)."""
    args = sys.argv[1:] if argv is None else argv
    if not args or args[0] in {"-h", "--help", "help"}:
        print(usage())
        return 0 if args else 2
    if args[0] in {"-V", "--version", "version"}:
        from importlib.metadata import version

        print(version("mdjourney"))
        return 0
    if args[0] not in VERBS:
        print(f"mdjourney: there is no verb {args[0]!r}\n\n{usage()}", file=sys.stderr)
        return 2
    module, attribute, _ = VERBS[args[0]]
    command = getattr(importlib.import_module(module), attribute)
    if args[0] == "run":
        return int(command(args[1:]))
    return _typer(command, args[0], args[1:])


def _typer(app: object, verb: str, args: list[str]) -> int:
    import typer

    from mdjourney_contract.problems import MDJourneyError

    assert isinstance(app, typer.Typer)
    try:
        typer.main.get_command(app).main(args, prog_name=f"mdjourney {verb}")
    except SystemExit as exc:
        return exc.code if isinstance(exc.code, int) else int(exc.code is not None)
    except KeyboardInterrupt:
        return 130
    except MDJourneyError as exc:
        print(f"mdjourney {verb}: {exc.detail}", file=sys.stderr)
        return 1
    except OSError as exc:
        print(f"mdjourney {verb}: {exc}", file=sys.stderr)
        return 1
    return 0
