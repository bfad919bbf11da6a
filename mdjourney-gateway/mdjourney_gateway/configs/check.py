"""Whether a session config may be used here: its keys, and where its folder lies."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mdjourney_contract.session_config import ConfigError, SessionConfig, validate_session_config
from mdjourney_contract.strict_yaml import Located, parse
from mdjourney_gateway.settings import Settings


@dataclass(frozen=True, slots=True)
class Checked:
    """A config that may be used; `config.monitor_path` is the real path."""

    config: SessionConfig
    text: str

    @property
    def name(self) -> str:
        """What people call it: its `name`, or the folder's."""
        return self.config.name or Path(self.config.monitor_path).name or self.config.monitor_path


def check_config(text: bytes, settings: Settings) -> Checked:
    """Read an uploaded config and resolve its folder.

    Raises:
        ConfigError, YamlError: with `line`, `column`, `key`, `value` and `message` for each fault.
    """
    located = parse(text)
    config = validate_session_config(located)
    try:
        real = check_place(config.monitor_path, settings)
    except PlaceRefused as refused:
        raise _config_error(located, config.monitor_path, str(refused)) from None
    return Checked(config.model_copy(update={"monitor_path": str(real)}), text.decode("utf-8-sig"))


class PlaceRefused(ValueError):
    """Why a folder may not be monitored."""


def check_place(monitor_path: str, settings: Settings) -> Path:
    """The real path of a folder that exists, lies under an allowed root and does not overlap the home.

    Raises:
        PlaceRefused: it does not.
    """
    try:
        real = Path(monitor_path).resolve(strict=True)
    except (OSError, RuntimeError):
        real = Path(monitor_path).resolve()
        _check_roots(real, settings)  # before saying what does or does not exist elsewhere
        raise PlaceRefused("there is no such folder") from None
    _check_roots(real, settings)
    if not real.is_dir():
        raise PlaceRefused("is not a folder")
    home = settings.home.resolve()
    if real == home or home in real.parents or real in home.parents:
        raise PlaceRefused("must not overlap the folder where MDJourney keeps its own state")
    return real


def _check_roots(real: Path, settings: Settings) -> None:
    roots = [root.resolve() for root in settings.allowed_roots]
    if not any(real == root or root in real.parents for root in roots):
        raise PlaceRefused("lies outside the folders the operator allows (allowed_roots)")


def _config_error(located: Located, value: Any, message: str) -> ConfigError:
    line, column = located.position(("monitor_path",))
    fault = {"line": line, "column": column, "key": "monitor_path", "value": value, "message": message}
    return ConfigError(f"line {line}: monitor_path: {message} (value {value!r})", errors=[fault])
