"""The JSON bodies that endpoints answer with."""

import base64
import binascii
from collections.abc import Mapping, Sequence
from typing import Any

import orjson
from fastapi import Response

from mdjourney_backend.documents import EDITABLE_APART, Document, Documents
from mdjourney_contract.problems import BadRequest


def json_answer(value: Any, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    """A JSON response."""
    return Response(orjson.dumps(value), status, dict(headers or {}), media_type="application/json")


def document_answer(documents: Documents, document: Document, status: int = 200) -> Response:
    """A document with its schema, faults, what is missing, and its ETag."""
    found = documents.assess(document)
    name = found.schema.name
    apart = EDITABLE_APART.get(document.ref.kind)
    body = {
        "document": document.ref.path,
        "content": {k: v for k, v in document.content.items() if k != apart},
        "schema": {
            "name": name,
            "source": found.schema.source,
            "version": found.schema.version,
            "problem": found.schema.problem,
            "url": f"/api/v1/schemas/{name}",
        },
        "valid": found.valid,
        "complete": found.complete,
        "errors": found.errors,
        "missing": found.missing,
        "etag": document.etag,
    }
    return json_answer(body, status, {"ETag": document.etag, "Cache-Control": "no-cache"})


def listing(items: Sequence[Any], next_cursor: str | None = None, total: int | None = None) -> dict[str, Any]:
    """The shape of every list."""
    body: dict[str, Any] = {"items": list(items), "next_cursor": next_cursor}
    return body if total is None else {**body, "total": total}


def cursor_of(text: str) -> str:
    """An opaque cursor that stands for a sort key."""
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def key_of(cursor: str) -> str:
    """The sort key a cursor stands for.

    Raises:
        BadRequest: no cursor of ours.
    """
    try:
        return base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True).decode()
    except (binascii.Error, ValueError):
        raise BadRequest("cursor: not one that this list gave") from None


def page(items: Sequence[Any], keys: Sequence[str], cursor: str | None, limit: int) -> dict[str, Any]:
    """The page of sorted items that follows a cursor; `keys` are their sort keys, each once."""
    from bisect import bisect_right

    start = 0 if cursor is None else bisect_right(keys, key_of(cursor))
    chosen = items[start : start + limit]
    end = start + len(chosen)
    return listing(chosen, cursor_of(keys[end - 1]) if end < len(items) else None, len(items))
