"""The gateway's commands: `serve` and `user`, each a Typer app that the program mounts."""

import sys
from pathlib import Path
from typing import Annotated, Any

import orjson
import typer

from mdjourney_contract.problems import MDJourneyError, NotFound
from mdjourney_gateway.holding import address_of

HomeOption = Annotated[
    Path | None, typer.Option("--home", envvar="MDJOURNEY_HOME", help="Where MDJourney keeps its state.")
]
JsonOption = Annotated[bool, typer.Option("--json", help="Answer as JSON.")]
UrlOption = Annotated[
    str | None,
    typer.Option(help="Address people reach the gateway by; absent: where it listens, or the settings say."),
]


serve_app = typer.Typer(add_completion=False)
audit_app = typer.Typer(add_completion=False, help="The audit log.", no_args_is_help=True)
state_app = typer.Typer(add_completion=False, help="Accounts, sign-ins and configs.", no_args_is_help=True)
user_app = typer.Typer(add_completion=False, help="People who may sign in.", no_args_is_help=True)


@serve_app.command()
def serve(
    home: HomeOption = None,
    host: Annotated[str | None, typer.Option(help="Address to listen on.")] = None,
    port: Annotated[int | None, typer.Option(help="Port to listen on.")] = None,
    port_range: Annotated[str | None, typer.Option(help="Ports for backends, as 8100-8227.")] = None,
    allowed_root: Annotated[
        list[Path] | None, typer.Option(help="A folder below which people may monitor; may be repeated.")
    ] = None,
    allowed_host: Annotated[
        list[str] | None, typer.Option(help="A further name people reach this gateway by; may be repeated.")
    ] = None,
    path_prefix: Annotated[
        str | None, typer.Option(help="Where a reverse proxy shows it below its host, as /lab.")
    ] = None,
    database_url: Annotated[
        str | None, typer.Option(help="PostgreSQL of the metadata store; absent: the embedded one.")
    ] = None,
    backend_database_url: Annotated[
        str | None, typer.Option(help="The same store as backends reach it, with fewer rights.")
    ] = None,
    state_url: Annotated[
        str | None,
        typer.Option(help="PostgreSQL of accounts and configs, for several gateways; absent: a file."),
    ] = None,
    trusted_proxy: Annotated[
        list[str] | None,
        typer.Option(help="Address of a reverse proxy that signs people in; may be repeated."),
    ] = None,
    sign_in_header: Annotated[
        str | None, typer.Option(help="Header in which it names who is signed in.")
    ] = None,
    max_sessions: Annotated[int | None, typer.Option(help="How many backends may run for people.")] = None,
    idle_minutes: Annotated[float | None, typer.Option(help="A session nobody uses ends after this.")] = None,
    max_upload_gib: Annotated[
        float | None, typer.Option(help="How large a file people may upload, in GiB.")
    ] = None,
    adhoc_configs: Annotated[
        str | None, typer.Option(help="Who may upload configs: researchers, admins or nobody.")
    ] = None,
    spawner: Annotated[str | None, typer.Option(help="How backends are started: fork or process.")] = None,
    log_level: Annotated[str | None, typer.Option(help="debug, info, warning or error.")] = None,
) -> None:
    """Run the gateway until Ctrl-C."""
    from mdjourney_gateway.serve import run
    from mdjourney_gateway.settings import load_settings

    flags = {
        "host": host,
        "port": port,
        "port_range": port_range,
        "allowed_roots": tuple(root.absolute() for root in allowed_root) if allowed_root else None,
        "allowed_hosts": tuple(allowed_host) if allowed_host else None,
        "path_prefix": path_prefix,
        "database_url": database_url,
        "backend_database_url": backend_database_url,
        "state_url": state_url,
        "trusted_proxies": tuple(trusted_proxy) if trusted_proxy else None,
        "sign_in_header": sign_in_header,
        "max_sessions": max_sessions,
        "idle_minutes": idle_minutes,
        "max_upload_gib": max_upload_gib,
        "adhoc_configs": adhoc_configs,
        "spawner": spawner,
        "log_level": log_level,
    }
    try:
        run(load_settings(_home(home), flags), _say)
    except MDJourneyError as exc:
        _fail(exc)


@user_app.command("add")
def add_user(
    name: Annotated[str, typer.Argument(help="The name to sign in with.")],
    home: HomeOption = None,
    admin: Annotated[bool, typer.Option("--admin", help="May administer the platform.")] = False,
    reader: Annotated[bool, typer.Option("--reader", help="Reads everything, changes nothing.")] = False,
    password_stdin: Annotated[
        bool, typer.Option("--password-stdin", help="Read the password from standard input.")
    ] = False,
    no_password: Annotated[
        bool, typer.Option("--no-password", help="Only login links let the person in; this is the default.")
    ] = False,
    full_name: Annotated[
        str | None, typer.Option("--name", help="The person's name, as git records it.")
    ] = None,
    email: Annotated[str | None, typer.Option(help="The person's e-mail address.")] = None,
    url: UrlOption = None,
    as_json: JsonOption = False,
) -> None:
    """Make an account; without a password a one-time login link is printed."""
    if password_stdin and no_password:
        raise typer.BadParameter("--password-stdin and --no-password exclude each other")
    password = sys.stdin.readline().rstrip("\r\n") if password_stdin else None
    role: Any = "admin" if admin else "reader" if reader else "researcher"
    with _People(home) as people:
        made = people.accounts.add(name, role=role, password=password, name=full_name, email=email)
        link = None if password_stdin else people.link(name, url)
    if as_json:
        _print_json({"user_id": made.user_id, "role": made.role, "login_link": link})
    else:
        print(f"{made.user_id} may sign in as {made.role}" + (f": {link}" if link else ""))


@user_app.command("list")
def list_users(
    home: HomeOption = None,
    names: Annotated[bool, typer.Option("--names", help="Only the names, one a line.")] = False,
    as_json: JsonOption = False,
) -> None:
    """List the accounts."""
    with _People(home) as people:
        found = people.accounts.all()
    if as_json:
        _print_json(
            [{"user_id": a.user_id, "role": a.role, "name": a.name, "disabled": a.disabled} for a in found]
        )
        return
    for account in found:
        if names:
            print(account.user_id)
            continue
        state = " (disabled)" if account.disabled else ""
        print(f"{account.user_id}\t{account.role}\t{account.name or ''}{state}")


@user_app.command("login-link")
def login_link(
    name: Annotated[str, typer.Argument(help="Whom it is for.")],
    home: HomeOption = None,
    url: UrlOption = None,
    as_json: JsonOption = False,
) -> None:
    """Print a link that signs a person in once."""
    with _People(home) as people:
        people.accounts.get(name)
        link = people.link(name, url)
    if as_json:
        _print_json({"user_id": name, "login_link": link})
    else:
        print(link)


@audit_app.callback()
def audit() -> None:
    """The audit log of sign-ins, accounts and configs: `<home>/audit.jsonl`."""


@audit_app.command("verify")
def verify_audit(home: HomeOption = None, as_json: JsonOption = False) -> None:
    """Check that no line of the audit log was changed, removed or put in later; fails if one was."""
    from mdjourney_gateway.audit import verify

    found = verify(_home(home))
    if as_json:
        _print_json({"lines": found.lines, "broken": found.broken, "problem": found.problem})
    elif found.broken is None:
        print(f"{found.lines} lines, each follows from the one before")
    else:
        print(f"line {found.broken} {found.problem}", file=sys.stderr)
    if found.broken is not None:
        raise typer.Exit(1)


@state_app.callback()
def state() -> None:
    """Where accounts, sign-ins, tokens and configs are kept."""


@state_app.command("move")
def move_state(home: HomeOption = None, as_json: JsonOption = False) -> None:
    """Move the state of a home that nobody serves into the PostgreSQL that the setting `state_url` names."""
    from mdjourney_gateway.holding import only_one
    from mdjourney_gateway.settings import load_settings
    from mdjourney_gateway.state.moving import MOVED, move

    try:
        settings = load_settings(_home(home))
        if settings.state_url is None:
            raise NotFound("state_url is not set: name the database in gateway.yaml or MDJOURNEY_STATE_URL")
        with only_one(settings.home):
            counts = move(settings.home, settings.state_url)
    except MDJourneyError as exc:
        _fail(exc)
    if as_json:
        _print_json({"rows": counts, "kept_as": str(settings.home / MOVED)})
    else:
        told = ", ".join(f"{number} {table}" for table, number in counts.items() if number)
        print(f"moved: {told or 'nothing'}; the file is kept as {settings.home / MOVED}")


class _People:
    """The accounts of a home, also while a gateway serves it."""

    def __init__(self, home: Path | None) -> None:
        from mdjourney_gateway.accounts import Accounts, Links
        from mdjourney_gateway.settings import load_settings
        from mdjourney_gateway.state import State

        try:
            self._settings = load_settings(_home(home))
            self._state = State.open(self._settings.home, self._settings.state_url)
        except MDJourneyError as exc:
            _fail(exc)
        self.accounts = Accounts(self._state)
        self._links = Links(self._state)

    def link(self, user_id: str, url: str | None = None) -> str:
        """A one-time login link to `url`, else to the gateway that serves this home, else to where the settings put one."""
        token = self._links.make("login", user_id)
        there = url or address_of(self._settings.home) or self._settings.url()
        return f"{there.rstrip('/')}/login?token={token}"

    def __enter__(self) -> "_People":
        return self

    def __exit__(self, _kind: object, error: BaseException | None, _trace: object) -> None:
        self._state.close()
        if isinstance(error, MDJourneyError):
            _fail(error)


def _home(given: Path | None) -> Path:
    from mdjourney_gateway.settings import default_home

    return given.absolute() if given is not None else default_home()


def _say(text: str) -> None:
    print(text, flush=True)


def _print_json(value: Any) -> None:
    print(orjson.dumps(value, option=orjson.OPT_INDENT_2).decode())


def _fail(error: MDJourneyError) -> Any:
    print(f"mdjourney: {error.detail}", file=sys.stderr)
    raise typer.Exit(1)
