"""The instruments of the tree."""

import re
import uuid
from dataclasses import asdict
from typing import Any

from fastapi import APIRouter, Response

from mdjourney_backend.api import parameters as by
from mdjourney_backend.api.access import RightsOf
from mdjourney_backend.api.answers import document_answer, json_answer, listing
from mdjourney_backend.api.documents import save
from mdjourney_backend.api.requests import Actor, BackendOf, Body, member
from mdjourney_backend.api.shapes.documents import DocumentAnswer, DocumentSent
from mdjourney_backend.api.shapes.places import Instruments, InstrumentSuggestions
from mdjourney_backend.api.shapes.words import takes
from mdjourney_backend.layout import instrument_ref
from mdjourney_backend.suggestions import suggested
from mdjourney_contract.problems import BadRequest, PreconditionRequired, Stale

router = APIRouter()

_REGISTERED: dict[int | str, dict[str, Any]] = {201: {"model": DocumentAnswer, "description": "A new one."}}
_SLUG = re.compile(r"[a-z0-9][a-z0-9-]{0,79}\Z")


@router.get("/instruments", response_model=Instruments)
def instruments(backend: BackendOf) -> Response:
    """Every instrument."""
    items = []
    for place in backend.tree.instruments():
        document = backend.documents.read(place.ref)
        found = document.content
        items.append(
            {
                "slug": place.slug,
                "instrument_id": found.get("instrument_unique_identifier"),
                "name": found.get("instrument_name"),
                "type": found.get("instrument_type"),
                "manufacturer": found.get("instrument_manufacturer"),
                "model": found.get("instrument_model"),
                "complete": backend.documents.assess(document).complete,
            }
        )
    return json_answer(listing(items))


@router.get("/instruments/suggestions", response_model=InstrumentSuggestions)
def suggestions(backend: BackendOf, rights: RightsOf) -> Response:
    """Instruments that files name and nobody registered: `{"slug", "content", "files", "datasets"}`."""
    seen = [
        (place.path, backend.summaries.detected(place))
        for place in backend.tree.datasets()
        if rights.sees(place.project_id)
    ]
    known = [backend.documents.read(place.ref).content for place in backend.tree.instruments()]
    taken = {place.slug for place in backend.tree.instruments()}
    return json_answer(listing([asdict(s) for s in suggested(seen, known, taken)]))


@router.get("/instruments/{slug}", response_model=DocumentAnswer)
def instrument(slug: by.Slug, backend: BackendOf) -> Response:
    """One instrument's document."""
    return document_answer(backend.documents, backend.documents.read(instrument_ref(_checked(slug))))


@router.put(
    "/instruments/{slug}",
    response_model=DocumentAnswer,
    responses=_REGISTERED,
    openapi_extra=takes(DocumentSent),
)
def put_instrument(
    slug: by.Slug,
    backend: BackendOf,
    actor: Actor,
    body: Body,
    if_match: by.IfMatch = None,
    if_none_match: by.IfNoneMatchNew = None,
) -> Response:
    """Replace it (`If-Match`), or register a new one (`If-None-Match: *`)."""
    ref = instrument_ref(_checked(slug))
    if if_match is not None:
        return save(backend, ref, body, actor, if_match, whole=True)
    if if_none_match is None or if_none_match.strip() != "*":
        raise PreconditionRequired("Send the ETag you edited as If-Match, or If-None-Match: * for a new one")
    if backend.documents.exists(ref):
        raise Stale(f"There is an instrument {slug!r} already")
    content = {"instrument_unique_identifier": str(uuid.uuid4()), **member(body, "content", dict)}
    document = backend.documents.create(ref, content, actor=actor, subject=f"register instrument {slug}")
    if document.content["instrument_unique_identifier"] != content["instrument_unique_identifier"]:
        raise Stale(f"Somebody registered {slug!r} at the same moment")
    return document_answer(backend.documents, document, 201)


def _checked(slug: str) -> str:
    if not _SLUG.match(slug):
        message = "the short name of an instrument has lower-case letters, digits and hyphens, 80 at most"
        raise BadRequest(message, errors=[{"key": "slug", "value": slug[:100], "message": message}])
    return slug
