"""`ro-crate-preview.html`: a crate as a page without scripts, styles or pictures; every text is escaped."""

from collections.abc import Iterator
from html import escape
from typing import Any

from mdjourney_backend.changes import Content

#: Nothing is loaded or run, whatever a text says.
_POLICY = "default-src 'none'; base-uri 'none'; form-action 'none'"
#: More files than a page is good for; the descriptor holds all.
_MOST = 500


def page(crate: Content) -> str:
    """The HTML of a crate's metadata."""
    graph = {e["@id"]: e for e in crate["@graph"]}
    root = graph["./"]
    body = "\n".join(
        [f"<h1>{escape(str(root['name']))}</h1>", *_entity(root, graph), *_files(graph), *_others(graph)]
    )
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{escape(_POLICY)}">\n'
        f"<title>{escape(str(root['name']))}</title>\n</head>\n<body>\n{body}\n</body>\n</html>\n"
    )


def _entity(entity: Content, graph: Content, *, leave: tuple[str, ...] = ("hasPart",)) -> Iterator[str]:
    yield "<dl>"
    for name, value in entity.items():
        if not name.startswith("@") and name not in leave:
            yield f"<dt>{escape(name)}</dt>"
            yield from (
                f"<dd>{_value(v, graph)}</dd>" for v in (value if isinstance(value, list) else [value])
            )
    yield "</dl>"


def _files(graph: Content) -> Iterator[str]:
    files = [e for e in graph.values() if e["@type"] == "File"]
    yield f"<h2>Files ({len(files)})</h2>"
    yield "<table>\n<tr><th>File</th><th>Bytes</th><th>Format</th><th>SHA-256</th></tr>"
    for f in files[:_MOST]:
        link = f'<a href="{escape("./" + f["@id"])}">{escape(str(f["name"]))}</a>'
        kind = f.get("encodingFormat", "")
        cells = (f.get("contentSize", ""), kind[0] if isinstance(kind, list) else kind, f.get("sha256", ""))
        yield f"<tr><td>{link}</td>{''.join(f'<td>{escape(str(c))}</td>' for c in cells)}</tr>"
    yield "</table>"
    if len(files) > _MOST:
        yield f"<p>{len(files) - _MOST} more are in the metadata.</p>"


def _others(graph: Content) -> Iterator[str]:
    for identifier, entity in graph.items():
        if entity["@type"] in ("File", "PropertyValue") or identifier in ("./", "ro-crate-metadata.json"):
            continue
        title = f"{entity['@type']}: {entity.get('name', identifier)}"
        yield f'<h2 id="{escape(identifier)}">{escape(title)}</h2>'
        yield from _entity(entity, graph, leave=("name", "object", "result"))


def _value(value: Any, graph: Content) -> str:
    if not isinstance(value, dict):
        return _text(str(value))
    target = str(value.get("@id", ""))
    entity = graph.get(target)
    if entity is None:
        return _text(target)
    if entity["@type"] == "PropertyValue":
        return escape(
            f"{entity.get('name', '')} {entity.get('value', '')} {entity.get('unitText', '')}".strip()
        )
    return escape(str(entity.get("name", target)))


def _text(text: str) -> str:
    if text.startswith(("http://", "https://")):
        return f'<a href="{escape(text)}" rel="noopener noreferrer">{escape(text)}</a>'
    return escape(text)
