"""The audit fields: who made a document and who changed it last."""

from datetime import datetime

from mdjourney_backend.changes import Content
from mdjourney_contract.clock import rfc3339
from mdjourney_contract.people import Identity

CREATED = ("created_by", "created_date")
MODIFIED = ("last_modified_by", "last_modified_date")
#: Fields that only `documents` writes; whatever a client sends for them is not looked at.
AUDIT = CREATED + MODIFIED


def as_before(before: Content, content: Content) -> Content:
    """`content` with the audit fields of `before`: equal to `before` when nothing else changed."""
    kept = {k: before[k] for k in AUDIT if k in before}
    return {**{k: v for k, v in content.items() if k not in AUDIT}, **kept}


def stamped(before: Content | None, content: Content, actor: Identity, at: datetime) -> Content:
    """`content` with audit fields: `created_*` from the first save, `last_modified_*` from this one."""
    moment = rfc3339(at)
    made = {"created_by": actor.user_id, "created_date": moment}
    if before is not None:
        made |= {k: before[k] for k in CREATED if k in before}
    rest = {k: v for k, v in content.items() if k not in AUDIT}
    return {**rest, **made, "last_modified_by": actor.user_id, "last_modified_date": moment}
