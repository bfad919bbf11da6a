"""Session configs: defaults, and errors that name line, key and value."""

from pathlib import Path

import pytest

from mdjourney_contract.session_config import TREE_KEYS, ConfigError, SessionConfig, load_session_config
from mdjourney_contract.strict_yaml import YamlError

ROOT = Path(__file__).parents[2]


def test_only_the_path_is_required() -> None:
    config = load_session_config("monitor_path: /data/lab\n")
    assert config.project_prefix == "p_"
    assert config.history.dvc_cache == "auto"
    assert config.keep_running


@pytest.mark.parametrize(
    ("text", "line", "key", "value"),
    [
        ("monitor_path: /x\nmonitor_pth: /y\n", 2, "monitor_pth", "/y"),
        ("monitor_path: relative/x\n", 1, "monitor_path", "relative/x"),
        ("monitor_path: /x\nhistory:\n  git: maybe\n", 3, "history.git", "maybe"),
        ("monitor_path: /x\ndepth: 0\n", 2, "depth", 0),
        ("monitor_path: /x\nignore: ['a/b']\n", 2, "ignore", ["a/b"]),
        ("monitor_path: /x\nwatch: always\n", 2, "watch", "always"),
    ],
)
def test_a_wrong_key_or_value_is_named_with_its_line(text: str, line: int, key: str, value: object) -> None:
    with pytest.raises(ConfigError) as caught:
        load_session_config(text)
    error = caught.value.errors[0]
    assert (error["line"], error["key"]) == (line, key)
    assert str(value).strip("[]'") in caught.value.detail


def test_a_missing_path_is_said() -> None:
    with pytest.raises(ConfigError, match="monitor_path: is required"):
        load_session_config("name: lab\n")


@pytest.mark.parametrize("text", ["- a\n", "just text", ""])
def test_what_is_no_mapping_is_refused(text: str) -> None:
    with pytest.raises((ConfigError, YamlError)):
        load_session_config(text)


def test_every_key_is_read_by_something() -> None:
    code = "\n".join(
        path.read_text()
        for folder in ("mdjourney-backend/mdjourney_backend", "mdjourney-gateway")
        for path in (ROOT / folder).rglob("*.py")
    )
    unread = [key for key in SessionConfig.model_fields if f".{key}" not in code and f'"{key}"' not in code]
    assert unread == []


def test_tree_keys_are_keys() -> None:
    assert set(TREE_KEYS) <= set(SessionConfig.model_fields)
