"""A strict reading of YAML: no aliases, no tags, no duplicate keys, bounded size and depth, YAML 1.2 scalars.

PyYAML's `safe_load` lets alias and merge bombs through, takes the last of duplicate keys and reads `no`, `12:30:45`
and `017` as something else than written. This module walks the node graph itself and keeps every position.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import yaml

from mdjourney_contract.problems import Invalid

MAX_BYTES = 64 * 1024
MAX_DEPTH = 20
#: Values, keys and collections together: reading more would take longer than anybody waits.
MAX_NODES = 5_000

Path = tuple[int | str, ...]

_INT = re.compile(r"[-+]?(0|[1-9][0-9]*)\Z")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|(0|[1-9][0-9]*)(\.[0-9]*)?)([eE][-+]?[0-9]+)?\Z")
_NULL = {"", "~", "null", "Null", "NULL"}
_BOOL = {"true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False}


class YamlError(Invalid):
    """Text that is not strict YAML; the one error carries `line`, `column`, `key`, `value`, `message`."""

    title = "The YAML cannot be read"


@dataclass(frozen=True)
class Located:
    """A plain value and where each of its parts stands (1-based line and column)."""

    value: Any
    positions: dict[Path, tuple[int, int]] = field(default_factory=dict)

    def position(self, path: Path) -> tuple[int, int]:
        """Line and column of a part, or of the nearest part around it."""
        while path and path not in self.positions:
            path = path[:-1]
        return self.positions.get(path, (1, 1))


def parse(text: bytes | str) -> Located:
    """Read one YAML document.

    Raises:
        YamlError: over 64 KiB, not UTF-8, a syntax error, an alias, anchor, tag or merge key, a duplicate or
            non-string key, more than one document, more than 5,000 values, or nesting deeper than 20.
    """
    raw = text.encode() if isinstance(text, str) else text
    if len(raw) > MAX_BYTES:
        raise _fail(1, 1, "", None, f"the file has {len(raw)} bytes, {MAX_BYTES} at most")
    try:
        source = raw.decode("utf-8-sig")
    except UnicodeDecodeError as exc:
        line = raw.count(b"\n", 0, exc.start) + 1
        raise _fail(line, 1, "", None, "the file is not UTF-8") from None
    _refuse_graphs(source)
    try:
        node = yaml.compose(source, Loader=yaml.SafeLoader)
    except yaml.MarkedYAMLError as exc:
        raise _syntax(exc, source) from None
    except yaml.YAMLError as exc:
        raise _fail(1, 1, "", None, str(exc)) from None
    positions: dict[Path, tuple[int, int]] = {}
    return Located(None if node is None else _plain(node, (), positions), positions)


def _fail(line: int, column: int, key: str, value: object, message: str) -> YamlError:
    where = f"line {line}" + (f": {key}" if key else "")
    shown = "" if value is None else f" (value {value!r})"
    error = {"line": line, "column": column, "key": key, "value": value, "message": message}
    return YamlError(f"{where}: {message}{shown}", errors=[error])


def _syntax(exc: yaml.MarkedYAMLError, source: str) -> YamlError:
    mark = exc.problem_mark or exc.context_mark
    line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
    lines = source.splitlines()
    text = lines[line - 1] if line <= len(lines) else ""
    problem = exc.problem or "not YAML"
    if "\t" in text[: len(text) - len(text.lstrip())] or "'\\t'" in problem:
        problem = "a tab cannot indent YAML, use spaces"
    key = text.split(":", 1)[0].strip() if ":" in text else ""
    return _fail(line, column, key, text.strip() or None, problem)


def _refuse_graphs(source: str) -> None:
    """Stop at the first anchor, alias, tag, over-deep nesting or value too many, before anything is composed."""
    depth = documents = nodes = 0
    for event in _events(source):
        mark = event.start_mark
        line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
        if isinstance(event, yaml.AliasEvent):
            raise _fail(line, column, "", f"*{event.anchor}", "aliases are not allowed")
        if isinstance(event, yaml.NodeEvent) and event.anchor is not None:
            raise _fail(line, column, "", f"&{event.anchor}", "anchors are not allowed")
        if isinstance(event, (yaml.ScalarEvent, yaml.CollectionStartEvent)) and event.tag is not None:
            raise _fail(line, column, "", event.tag, "tags are not allowed")
        nodes += isinstance(event, yaml.NodeEvent)
        documents += isinstance(event, yaml.DocumentStartEvent)
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        for over, said in (
            (nodes > MAX_NODES, f"more than {MAX_NODES} values"),
            (documents > 1, "one document only"),
            (depth > MAX_DEPTH, f"nested deeper than {MAX_DEPTH}"),
        ):
            if over:
                raise _fail(line, column, "", None, said)


def _events(source: str) -> Iterator[yaml.Event]:
    """What stands in a text, one piece after the other.

    Raises:
        YamlError: it is not YAML.
    """
    try:
        yield from yaml.parse(source, Loader=yaml.SafeLoader)
    except yaml.MarkedYAMLError as exc:
        raise _syntax(exc, source) from None
    except yaml.YAMLError as exc:
        raise _fail(1, 1, "", None, str(exc)) from None
    except ValueError:  # PyYAML reads the number of a %YAML directive as it comes, however long
        raise _fail(1, 1, "", None, "not YAML") from None


def _plain(node: yaml.Node, path: Path, positions: dict[Path, tuple[int, int]]) -> Any:
    positions.setdefault(path, (node.start_mark.line + 1, node.start_mark.column + 1))
    if isinstance(node, yaml.MappingNode):
        return _mapping(node, path, positions)
    if isinstance(node, yaml.SequenceNode):
        return [_plain(item, (*path, i), positions) for i, item in enumerate(node.value)]
    return _scalar(node)


def _mapping(node: yaml.MappingNode, path: Path, positions: dict[Path, tuple[int, int]]) -> dict[str, Any]:
    out: dict[str, Any] = {}
    for key_node, value_node in node.value:
        line, column = key_node.start_mark.line + 1, key_node.start_mark.column + 1
        key = key_node.value if isinstance(key_node, yaml.ScalarNode) else None
        if key is None or key == "<<":
            raise _fail(line, column, str(key or ""), None, "a key must be plain text")
        if key in out:
            shown = value_node.value if isinstance(value_node, yaml.ScalarNode) else None
            raise _fail(line, column, key, shown, "this key stands twice")
        positions[(*path, key)] = (line, column)
        out[key] = _plain(value_node, (*path, key), positions)
    return out


def _scalar(node: yaml.Node) -> Any:
    text = node.value
    if getattr(node, "style", None) is not None:
        return text
    if text in _NULL:
        return None
    if text in _BOOL:
        return _BOOL[text]
    if _INT.match(text) and len(text) < 20:
        return int(text)
    if _FLOAT.match(text):
        return float(text)
    return text
