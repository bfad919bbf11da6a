"""Operator settings: where each may come from, what is refused, and that each is read by something."""

import ast
import inspect
from pathlib import Path

import pytest

import mdjourney_gateway
from mdjourney_gateway.admission import without_port
from mdjourney_gateway.cli import serve
from mdjourney_gateway.settings import Settings, SettingsError, load_settings
from mdjourney_gateway.spawn.protocol import load_spawner

KEYS = set(Settings.model_fields) - {"home"}


def test_flags_beat_the_environment_and_that_beats_the_file(place):
    (place / "gateway.yaml").write_text("port: 9001\nhost: 10.0.0.1\nmax_sessions: 5\nallowed_roots: [/a]\n")
    environ = {"MDJOURNEY_PORT": "9002", "MDJOURNEY_HOST": "10.0.0.2", "MDJOURNEY_ALLOWED_ROOTS": "/b:/c"}
    found = load_settings(place, {"port": 9003, "host": None}, environ)
    assert (found.port, found.host, found.max_sessions) == (9003, "10.0.0.2", 5)
    assert found.allowed_roots == (Path("/b"), Path("/c"))
    assert found.hosts == {"localhost", "127.0.0.1", "[::1]", "10.0.0.2"}


@pytest.mark.parametrize(
    ("text", "flags", "environ", "told"),
    [
        ("prot: 1\n", {}, {}, "gateway.yaml line 1: prot: is not a setting"),
        ("host: a\nport: many\n", {}, {}, "gateway.yaml line 2: port"),
        ("port: 1\nport: 2\n", {}, {}, "line 2: port"),
        ("home: /x\n", {}, {}, "home is not a key"),
        ("", {"port_range": "9-1"}, {}, "--port-range: port_range"),
        ("", {}, {"MDJOURNEY_IDLE_MINUTES": "-1"}, "MDJOURNEY_IDLE_MINUTES: idle_minutes"),
        ("allowed_roots: [data]\n", {}, {}, "must be an absolute path"),
        ("- a\n", {}, {}, "must be a mapping"),
    ],
)
def test_a_wrong_setting_says_where_it_stands(place, text, flags, environ, told):
    (place / "gateway.yaml").write_text(text)
    with pytest.raises(SettingsError) as refused:
        load_settings(place, flags, environ)
    assert told in refused.value.detail


def test_an_unknown_spawner_is_refused_by_name(place):
    with pytest.raises(SettingsError, match=r"'slurm' is not one of fork, process"):
        load_spawner("slurm", place)


SEVERAL = {
    "allowed_roots": "allowed_root",
    "allowed_hosts": "allowed_host",
    "trusted_proxies": "trusted_proxy",
}


def test_every_setting_is_a_flag():
    flags = set(inspect.signature(serve).parameters) - {"home"}
    assert flags == {SEVERAL.get(k, k) for k in KEYS}


def test_every_setting_is_read_by_something():
    read = set()
    for path in Path(mdjourney_gateway.__file__).parent.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name | ast.Attribute):
                owner = node.value.id if isinstance(node.value, ast.Name) else node.value.attr
                if owner in ("settings", "_settings", "self"):
                    read.add(node.attr)
    assert KEYS - {"port_range"} <= read
    assert "ports" in read


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ({}, "http://127.0.0.1:8000"),
        ({"host": "::1", "port": 9}, "http://[::1]:9"),
        ({"host": "0.0.0.0"}, "http://localhost:8000"),
        ({"host": "::", "allowed_hosts": ("lab.example",), "path_prefix": "/m"}, "http://lab.example:8000/m"),
    ],
)
def test_the_address_shown_is_one_that_it_answers_to(tmp_path, given, shown):
    settings = Settings(home=tmp_path, **given)
    assert settings.url() == shown
    assert without_port(shown.split("/")[2]) in settings.hosts
