"""What became of one field of a document, and where the values of a document came from."""

from itertools import islice
from typing import Any

from fastapi import APIRouter, Response

from mdjourney_backend.api import parameters as by
from mdjourney_backend.api.access import RightsOf
from mdjourney_backend.api.answers import json_answer, listing
from mdjourney_backend.api.history import document_ref, history_of
from mdjourney_backend.api.requests import BackendOf
from mdjourney_backend.api.shapes import history as shapes
from mdjourney_backend.api.shapes.history import FieldHistory
from mdjourney_backend.assembly import Backend
from mdjourney_backend.documents import EDITABLE_APART
from mdjourney_backend.documents.audit import AUDIT
from mdjourney_backend.journal import Pending
from mdjourney_backend.origins import IDENTIFIER, FieldStep, Origin, Origins, Past, field_steps
from mdjourney_contract.clock import rfc3339
from mdjourney_contract.problems import BadRequest

router = APIRouter()

#: Saves that wait for history and are looked at; more wait only while git cannot be written.
_WAITING = 200


@router.get("/history/field", response_model=FieldHistory)
def field(
    document: by.Document,
    pointer: by.FieldPointer,
    backend: BackendOf,
    rights: RightsOf,
    limit: by.StepLimit = 20,
    cursor: by.CommitCursor = None,
) -> Response:
    """Commits that changed the value at a JSON pointer, newest first.

    A page may hold fewer than `limit`, even none, and still have a `next_cursor`: so much is looked at in one go.
    """
    ref = document_ref(backend, rights, document)
    if not pointer.startswith("/"):
        raise BadRequest(
            f"{pointer[:100]!r} is no JSON pointer to a field",
            errors=[{"key": "pointer", "message": "must begin with a slash"}],
        )
    history = history_of(backend)
    apart = EDITABLE_APART.get(ref.kind)
    looked_at = pointer.split("/")[1].replace("~1", "/").replace("~0", "~")
    past = Past(
        history,
        ref.path,
        identifier=IDENTIFIER.get(ref.kind),
        cursor=cursor,
        leave_out=None if looked_at == apart else apart,
        pass_over_files=looked_at not in (apart, *AUDIT),
    )
    found = list(islice(field_steps(past, pointer), limit))
    older = found[-1].step.older if len(found) == limit else None
    following = history.cursor(older) if older is not None else past.next_cursor
    return json_answer(listing([_item(f) for f in found], following))


@router.get("/origins", response_model=shapes.Origins)
def origins(document: by.Document, backend: BackendOf, rights: RightsOf) -> Response:
    """Where each value of a document came from, as far as history and the rules that fill in documents tell.

    What nothing is known of is left out. `whole` is false when the history is longer than is read at one go.
    """
    ref = document_ref(backend, rights, document)
    asked = Origins(
        backend.documents, backend.schemas, backend.tree, backend.history, lambda: _waiting(backend)
    )
    found, whole = asked.of(ref)
    told = {pointer: _origin(origin) for pointer, origin in found.items()}
    return json_answer({"document": ref.path, "origins": told, "whole": whole})


def _waiting(backend: Backend) -> list[Pending]:
    """Saves that are not in history yet, as far as this backend knows."""
    leading = backend.leading
    if leading is None or not leading.journal.waiting("history"):
        return []
    return leading.journal.pending("history", _WAITING)


def _item(found: FieldStep) -> dict[str, Any]:
    step = found.step
    return {
        "commit": step.commit,
        "at": rfc3339(step.at),
        "author": {"name": step.name, "email": step.email},
        "subject": step.subject,
        "op": found.op,
        "before": found.before,
        "after": found.after,
    }


def _origin(origin: Origin) -> dict[str, Any]:
    return {
        "kind": origin.kind,
        "by": None if origin.by is None else {"name": origin.by},
        "at": None if origin.at is None else rfc3339(origin.at),
        "commit": origin.commit,
        "source": origin.source,
    }
