"""Schemas and documents made to hurt: nothing is fetched or read, nothing takes for ever, and hostile text stays text."""

import json
import socket
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any, NoReturn

import orjson
import pytest

from mdjourney_backend.schemas import SchemaManager
from mdjourney_backend.strict_json import Unreadable, parse, render

Override = Callable[[str, Any], Path]
BASE = "https://mdjourney.invalid/schemas/project_descriptive"
IDENTIFIER = "0d6cbd5e-4ba5-4b43-a2b3-1e9c0a0b0c0d"


def extended(**more: Any) -> dict[str, Any]:
    head = {"$schema": "https://json-schema.org/draft/2020-12/schema", "$id": "https://lab.example/x"}
    return {**head, "allOf": [{"$ref": BASE}], **more}


def nested(depth: int) -> str:
    return '{"properties": {"a":' * depth + "{}" + "}}" * depth


def doubling(depth: int) -> dict[str, Any]:
    defs = {f"d{n}": {"allOf": [{"$ref": f"#/$defs/d{n + 1}"}] * 2} for n in range(depth)}
    return extended(**{"$defs": {**defs, f"d{depth}": {}}, "properties": {"a": {"$ref": "#/$defs/d0"}}})


REACHING: dict[str, Any] = {
    "http": extended(properties={"a": {"$ref": "http://127.0.0.1:{port}/s.json"}}),
    "https": extended(properties={"a": {"$ref": "https://example.org/s.json"}}),
    "file": extended(properties={"a": {"$ref": "file:///etc/passwd"}}),
    "relative": extended(properties={"a": {"$ref": "../../../../etc/passwd"}}),
    "schema": {"$schema": "http://127.0.0.1:{port}/meta", "type": "object"},
    "id and relative": {
        **extended(properties={"a": {"$ref": "other.json"}}),
        "$id": "http://127.0.0.1:{port}/x",
    },
    "dynamic": extended(properties={"a": {"$dynamicRef": "http://127.0.0.1:{port}/s#m"}}),
    "in a definition": extended(**{"$defs": {"d": {"items": {"$ref": "http://127.0.0.1:{port}/s"}}}}),
    "inner id": extended(properties={"a": {"$id": "http://127.0.0.1:{port}/", "$ref": "s.json"}}),
}
BOMBS: dict[str, Any] = {
    "a repeated repetition": extended(properties={"a": {"type": "string", "pattern": "^(a+)+$"}}),
    "a back-reference": extended(properties={"a": {"pattern": r"^(a)\1$"}}),
    "a look-ahead": extended(properties={"a": {"pattern": "^(?=a)a"}}),
    "a pattern of names": extended(patternProperties={"^(a+)+$": {}}),
    "a counted repetition": extended(properties={"a": {"pattern": "^((a{1,1000}){1,1000}){1,1000}$"}}),
    "depth": nested(3000),
    "lists of lists": "[" * 100_000,
    "doubling references": doubling(40),
    "itself": extended(properties={"a": {"$ref": "#/$defs/d"}}, **{"$defs": {"d": {"$ref": "#/$defs/d"}}}),
    "a number without end": '{"properties": {"a": {"multipleOf": 1e999}}}',
    "no number": '{"properties": {"a": {"maximum": NaN}}}',
    "a key twice": '{"type": "object", "type": "string"}',
    "size": json.dumps(extended(description="x" * 5_000_001)),
    "parts": json.dumps(extended(properties={f"f{n}": {} for n in range(100_001)})),
    "half a character": '{"title": "\\ud800"}',
}


@pytest.fixture
def listening(monkeypatch: pytest.MonkeyPatch) -> int:
    """A port that fails the test when anybody connects, and no name that resolves."""

    def refuse(*_: Any, **__: Any) -> NoReturn:
        raise AssertionError("a request left")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    return 9


@pytest.fixture
def opened() -> list[str]:
    """Every path that is opened while the test runs, noted by an audit hook."""
    seen: list[str] = []
    me = threading.get_ident()

    def note(event: str, details: tuple[Any, ...]) -> None:
        if event == "open" and watching and threading.get_ident() == me:
            seen.append(str(details[0]))

    watching = [True]
    sys.addaudithook(note)
    request_end.append(watching)
    return seen


#: Audit hooks cannot be removed: switched off after each test.
request_end: list[list[bool]] = []


@pytest.fixture(autouse=True)
def _switch_off() -> Any:
    yield
    for watching in request_end:
        watching.clear()


@pytest.mark.parametrize("name", REACHING)
def test_a_schema_never_reaches_out(
    manager: SchemaManager, override: Override, root: Path, listening: int, opened: list[str], name: str
) -> None:
    override("project_descriptive", json.dumps(REACHING[name]).replace("{port}", str(listening)))
    schema = manager.resolve("project_descriptive")
    assert schema.source == "packaged"
    assert schema.problem
    assert (
        manager.assess("project_descriptive", {"project_identifier": IDENTIFIER, "a": {"b": 1}}).schema
        == schema
    )
    assert [p for p in opened if p.startswith("/etc/")] == []


@pytest.mark.parametrize("name", BOMBS)
def test_a_schema_that_would_take_for_ever_is_refused(
    manager: SchemaManager, override: Override, name: str
) -> None:
    override("project_descriptive", BOMBS[name])
    schema = within(10, lambda: manager.resolve("project_descriptive"))
    assert schema.source == "packaged"
    assert schema.problem


@pytest.mark.parametrize(
    "document",
    [
        {"a": [{"b": i} for i in range(5000)]},
        {"a": ["x" * 100_000]},
        {"a": ["a" * 50 + "!"] * 100},
        {"p" * 10_000: 1},
    ],
)
def test_a_document_made_to_take_long_is_judged_in_time(
    manager: SchemaManager, override: Override, document: dict[str, Any]
) -> None:
    items = {
        "type": "array",
        "uniqueItems": True,
        "items": {"type": ["string", "object"], "pattern": "^(a|a)*$"},
    }
    override("project_descriptive", extended(properties={"a": items}))
    assert manager.resolve("project_descriptive").source == "local"
    within(20, lambda: manager.assess("project_descriptive", {"project_identifier": IDENTIFIER, **document}))


def within(seconds: float, work: Callable[[], Any]) -> Any:
    """The answer of `work`; fails the test when there is none by then (a hang, not a slow machine)."""
    found: list[Any] = []
    thread = threading.Thread(target=lambda: found.append(work()), daemon=True)
    thread.start()
    thread.join(seconds)
    assert found, f"no answer after {seconds} seconds"
    return found[0]


HOSTILE = [
    "", " ", "null", "NULL", "undefined", "true", "0", "-0", "1e999", "NaN", "Infinity", "0x10", "1,000", "01",
    "<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "javascript:alert(1)", "&lt;b&gt;", "]]>", "<!--",
    "'; DROP TABLE project_detail; --", "\" OR \"1\"=\"1", "%00", "%s%n", "{{7*7}}", "${7*7}", "$(id)", "`id`", "; rm -rf /",
    "../../etc/passwd", "..\\..\\windows", "file:///etc/passwd", "C:\\CON", "-rf", "=1+1", "+1", "@SUM(A1)", "'quoted",
    "\t", "\n", "\r\n", "a\u2028b", "\x01\x02", "\x7f", "\x1b[31mred", "\u202etxt.exe", "\ufeffbom", "\u200b",
    "Å", "A\u030a", "ﬁ", "ß", "İ", "١٢٣", "𝒳", "👩‍🔬", "田中", "עברית", "\U0010ffff", "Z̸̛a̵l̷g̶o̸", "x" * 10_000,
    "#tag trial:1 project:2", "- [ ] # heading", "#" * 500, "\\u0000", "\\",
]  # fmt: skip


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_text_stays_text(manager: SchemaManager, text: str) -> None:
    content = {
        "project_identifier": IDENTIFIER,
        "project_title": text,
        "unknown " + text: [text, {"k": text}],
    }
    raw = render(content)
    assert parse(raw) == content
    assert parse(json.dumps(content).encode()) == content
    found = manager.assess("project_descriptive", content)
    assert isinstance(found.valid, bool)
    assert json.loads(json.dumps(found.errors)) == found.errors


def test_there_are_sixty_hostile_texts() -> None:
    assert len(set(HOSTILE)) >= 60


@pytest.mark.parametrize(
    "raw",
    [b'{"a": NaN}', b'{"a": 1e999}', b'{"a": 1, "a": 2}', b"[" * 5000, b'{"a":' * 5000, b"9" * 5000,
     b'{"a": "\\udc00"}', b"\xff\xfe", b'{"a": 123456789012345678901234567890}'],
)  # fmt: skip
def test_json_that_is_not_strict_is_refused(raw: bytes) -> None:
    with pytest.raises(Unreadable):
        parse(raw)


def test_a_canonical_file_that_is_nested_too_deep_is_refused() -> None:
    value: Any = 1
    for _ in range(80):
        value = [value]
    with pytest.raises(Unreadable, match="deeper than 64"):
        parse(orjson.dumps(value, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE))
