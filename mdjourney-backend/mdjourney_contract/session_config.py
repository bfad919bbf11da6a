"""The session config: one YAML file that says which tree a backend serves and how."""

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from mdjourney_contract.problems import Invalid
from mdjourney_contract.strict_yaml import Located, parse

#: Keys that shape the tree: one value for all configs that serve it.
TREE_KEYS = ("project_prefix", "depth", "ignore", "checksum", "history")


class ConfigError(Invalid):
    """A session config that cannot be used; `errors` carry `line`, `key`, `value`, `message`."""

    title = "The session config cannot be used"


class _Model(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


def _as_number(value: object) -> object:
    return float(value) if isinstance(value, int) and not isinstance(value, bool) else value


class HistoryConfig(_Model):
    git: bool = Field(True, description="Commit every change of metadata.")
    dvc: bool = Field(True, description="Write a DVC pointer for every data file.")
    dvc_cache: Literal["auto", "copy", "reflink", "none"] = Field(
        "auto", description="How old bytes are kept; `none` records hashes only."
    )
    dvc_cache_gib: float | None = Field(
        None, description="How much disk they may take, in GiB; beyond it hashes alone are recorded.", gt=0
    )

    @field_validator("dvc_cache_gib", mode="before")
    @classmethod
    def _whole_number_is_a_number(cls, value: object) -> object:
        return _as_number(value)


class StoreConfig(_Model):
    sync: bool = Field(True, description="Send what files say to the metadata store.")


class SessionConfig(_Model):
    """Every key of a session config, with its default."""

    monitor_path: str = Field(
        description="The folder to describe: absolute, below an allowed root.", min_length=1
    )
    name: str | None = Field(None, description="What people call this config.", min_length=1, max_length=200)
    project_prefix: str = Field(
        "p_", description="How the name of a project folder begins.", min_length=1, max_length=50
    )
    depth: int = Field(1, description="How many folders down projects may lie.", ge=1, le=8)
    ignore: tuple[str, ...] = Field((), description="Further basename patterns that are not data.")
    settle_seconds: float = Field(
        2, description="How long a file must be still before it is taken.", ge=0, le=3600
    )
    watch: Literal["auto", "inotify", "poll", "off"] = Field(
        "auto", description="How changes are noticed between scans."
    )
    rescan_minutes: float = Field(
        10, description="How often the whole tree is compared again.", gt=0, le=10080
    )
    checksum: Literal["sha256"] = Field("sha256", description="The checksum recorded for each file.")
    history: HistoryConfig = Field(default_factory=HistoryConfig)
    store: StoreConfig = Field(default_factory=StoreConfig)
    keep_running: bool = Field(True, description="Capture goes on when nobody is signed in.")
    members: tuple[str, ...] = Field((), description="People who may use it, besides the owner.")

    @field_validator("ignore", "members", mode="before")
    @classmethod
    def _list_to_tuple(cls, value: object) -> object:
        return tuple(value) if isinstance(value, list) else value

    @field_validator("settle_seconds", "rescan_minutes", mode="before")
    @classmethod
    def _whole_number_is_a_number(cls, value: object) -> object:
        return _as_number(value)

    @field_validator("monitor_path")
    @classmethod
    def _absolute(cls, value: str) -> str:
        if not value.startswith("/"):
            raise ValueError("must be an absolute path")
        if "\0" in value:
            raise ValueError("must not contain NUL")
        return value

    @field_validator("ignore")
    @classmethod
    def _basenames(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for pattern in value:
            if "/" in pattern or not pattern.strip():
                raise ValueError(f"{pattern!r} is not a basename pattern")
        return value


def load_session_config(text: bytes | str) -> SessionConfig:
    """Read an uploaded session config.

    Raises:
        ConfigError: the text is no strict YAML (see `strict_yaml`), or a key is unknown, missing or wrong;
            each error carries `line` (1-based), `column`, `key`, `value` and `message`.
    """
    located = parse(text)
    return validate_session_config(located)


def validate_session_config(located: Located) -> SessionConfig:
    """Check a parsed mapping against the model, keeping lines in the errors."""
    if not isinstance(located.value, dict):
        raise ConfigError(
            "line 1: a session config is a mapping of keys to values",
            errors=[{"line": 1, "column": 1, "key": "", "value": located.value, "message": "not a mapping"}],
        )
    try:
        return SessionConfig.model_validate(located.value)
    except ValidationError as exc:
        errors = [_error(located, e["loc"], e["msg"], e["type"], e.get("input")) for e in exc.errors()]
    raise ConfigError("; ".join(str(e.pop("sentence")) for e in errors), errors=errors)


def _error(
    located: Located, loc: tuple[int | str, ...], message: str, kind: str, value: object
) -> dict[str, object]:
    key = ".".join(str(part) for part in loc)
    line, column = located.position(loc)
    if kind == "missing":
        message, value = "is required", None
    elif kind == "extra_forbidden":
        message = "is not a key of a session config"
    shown = "" if kind == "missing" else f" (value {value!r})"
    return {
        "line": line,
        "column": column,
        "key": key,
        "value": value,
        "message": message,
        "sentence": f"line {line}: {key}: {message}{shown}",
    }
