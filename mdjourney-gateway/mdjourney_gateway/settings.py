"""The operator's settings: one frozen model read from `<home>/gateway.yaml`, `MDJOURNEY_*` and flags, in rising rank."""

import os
import re
from collections.abc import Mapping
from ipaddress import ip_network
from pathlib import Path
from typing import Any, ClassVar, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator
from pydantic_core import ErrorDetails

from mdjourney_contract.problems import Invalid
from mdjourney_contract.strict_yaml import Located, YamlError, parse

LOCAL_HOSTS = ("localhost", "127.0.0.1", "[::1]")
_EVERYWHERE = ("0.0.0.0", "::")  # noqa: S104 - compared, not bound

#: Settings that hold several values: how one environment variable separates them.
_SEPARATORS = {"allowed_roots": os.pathsep, "allowed_hosts": ",", "trusted_proxies": ","}


class SettingsError(Invalid):
    """An operator setting that cannot be used; the text names the file and line, variable or flag."""

    title = "The settings cannot be used"


class Settings(BaseModel):
    """Every operator setting, with its default."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    #: Not a key of the file: it says where the file is.
    home: Path
    host: str = Field("127.0.0.1", description="Address to listen on.", min_length=1)
    port: int = Field(8000, description="Port to listen on; 0 takes any free one.", ge=0, le=65535)
    port_range: str = Field("8100-8227", description="Ports of 127.0.0.1 that backends may listen on.")
    allowed_roots: tuple[Path, ...] = Field(
        (), description="Folders below which every monitor_path must lie."
    )
    allowed_hosts: tuple[str, ...] = Field(
        (), description="Host names people may use, besides localhost and `host`."
    )
    path_prefix: str = Field(
        "", description="Where a reverse proxy shows the gateway below its host, as /lab; empty: at the top."
    )
    database_url: str | None = Field(
        None, description="PostgreSQL of the metadata store; absent: the embedded one."
    )
    backend_database_url: str | None = Field(
        None,
        description="The same store as backends reach it, with a role of fewer rights; absent: as above.",
    )
    state_url: str | None = Field(
        None,
        description="PostgreSQL of accounts, sign-ins and configs, for several gateways; absent: a file below home.",
    )
    trusted_proxies: tuple[str, ...] = Field(
        (), description="Addresses or networks of reverse proxies whose `sign_in_header` is believed."
    )
    sign_in_header: str | None = Field(
        None,
        description="Header in which a trusted proxy names who is signed in; absent: nobody is believed.",
    )
    max_sessions: int = Field(
        100, description="How many backends may run for people at one time.", ge=1, le=10000
    )
    idle_minutes: float = Field(
        120, description="A session nobody uses ends after this; 0 keeps it for ever.", ge=0, le=525600
    )
    max_upload_gib: float = Field(
        1024, description="How large a file people may upload, in GiB; 1024 at most.", gt=0, le=1024
    )
    adhoc_configs: Literal["researchers", "admins", "nobody"] = Field(
        "researchers", description="Who may upload a session config."
    )
    spawner: str = Field("fork", description="How backends are started: a `mdjourney.spawners` entry point.")
    log_level: Literal["debug", "info", "warning", "error"] = Field("info", description="How much is logged.")

    FILE: ClassVar[str] = "gateway.yaml"

    @field_validator("port_range")
    @classmethod
    def _two_ports(cls, value: str) -> str:
        first, dash, last = value.partition("-")
        if not (dash and first.strip().isdecimal() and last.strip().isdecimal()):
            raise ValueError("must look like 8100-8227")
        if not 1024 <= int(first) <= int(last) <= 65535:
            raise ValueError("must rise, from 1024 or above to 65535 or below")
        return value

    @field_validator("path_prefix")
    @classmethod
    def _one_place(cls, value: str) -> str:
        value = value.rstrip("/")
        if not re.fullmatch(r"(/[A-Za-z0-9._~-]+)*", value) or {".", ".."} & set(value.split("/")):
            raise ValueError("must look like /lab, of letters, digits and . _ ~ -")
        if value == "/api" or value.startswith(("/api/", "/assets/")) or value == "/assets":
            raise ValueError("is where the gateway itself has something")
        return value

    @field_validator("allowed_roots")
    @classmethod
    def _absolute(cls, value: tuple[Path, ...]) -> tuple[Path, ...]:
        for root in value:
            if not root.is_absolute():
                raise ValueError(f"{str(root)!r} must be an absolute path")
        return value

    @field_validator("trusted_proxies")
    @classmethod
    def _networks(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for network in value:
            ip_network(network)
        return value

    @field_validator("sign_in_header")
    @classmethod
    def _header_name(cls, value: str | None) -> str | None:
        if value is not None and not re.fullmatch(r"[A-Za-z0-9-]{1,64}", value):
            raise ValueError("must be the name of a header")
        return None if value is None else value.lower()

    @property
    def ports(self) -> range:
        """The ports backends may listen on."""
        first, _, last = self.port_range.partition("-")
        return range(int(first), int(last) + 1)

    @property
    def hosts(self) -> frozenset[str]:
        """Host names (without port, lower case) a request may be addressed to."""
        own = () if self.host in _EVERYWHERE else (self.host,)
        return frozenset(name.lower() for name in (*LOCAL_HOSTS, *own, *self.allowed_hosts))

    def url(self, port: int | None = None) -> str:
        """Where people find a gateway with these settings, as far as they tell; `port` where it took a free one.

        One that listens everywhere is shown under a name it answers to.
        """
        host = self.host
        if host in _EVERYWHERE:
            host = self.allowed_hosts[0] if self.allowed_hosts else "localhost"
        elif ":" in host:
            host = f"[{host}]"
        return f"http://{host}:{self.port if port is None else port}{self.path_prefix}"


def default_home(environ: Mapping[str, str] = os.environ) -> Path:
    """`$MDJOURNEY_HOME`, or `~/.mdjourney`."""
    given = environ.get("MDJOURNEY_HOME")
    return Path(given).absolute() if given else Path.home() / ".mdjourney"


def load_settings(
    home: Path, flags: Mapping[str, Any] | None = None, environ: Mapping[str, str] = os.environ
) -> Settings:
    """Read `<home>/gateway.yaml`, then `MDJOURNEY_*`, then flags; a flag that is None was not given.

    Raises:
        SettingsError: a key is unknown or a value wrong; the text says where it came from.
    """
    located = _read(home / Settings.FILE)
    values: dict[str, Any] = dict(located.value or {})
    origin = {key: f"{home / Settings.FILE} line {located.position((key,))[0]}" for key in values}
    for key in Settings.model_fields:
        name = f"MDJOURNEY_{key.upper()}"
        if key != "home" and environ.get(name):
            separator = _SEPARATORS.get(key)
            values[key] = environ[name].split(separator) if separator else environ[name]
            origin[key] = name
    for key, value in (flags or {}).items():
        if value is not None:
            values[key], origin[key] = value, _flag(key)
    try:
        return Settings(**{**values, "home": home.absolute()})
    except ValidationError as exc:
        faults = [_fault(error, origin) for error in exc.errors()]
    raise SettingsError("; ".join(fault["message"] for fault in faults), errors=faults)


def _flag(key: str) -> str:
    singular = key.removesuffix("ies") + "y" if key.endswith("ies") else key.rstrip("s")
    return "--" + singular.replace("_", "-")


def _read(path: Path) -> Located:
    if not path.exists():
        return Located({})
    try:
        located = parse(path.read_bytes())
    except YamlError as exc:
        raise SettingsError(f"{path}: {exc.detail}", errors=exc.errors) from None
    if not isinstance(located.value, dict | None):
        raise SettingsError(f"{path}: must be a mapping of keys to values")
    if "home" in (located.value or {}):
        raise SettingsError(f"{path} line {located.position(('home',))[0]}: home is not a key of this file")
    return located


def _fault(error: ErrorDetails, origin: Mapping[str, str]) -> dict[str, Any]:
    key = str(error["loc"][0])
    message = "is not a setting" if error["type"] == "extra_forbidden" else error["msg"]
    where = origin.get(key, Settings.FILE)
    value = error.get("input")
    return {"key": key, "value": value, "message": f"{where}: {key}: {message} (value {value!r})"}
