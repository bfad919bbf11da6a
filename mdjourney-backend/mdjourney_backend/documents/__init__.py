"""The sole writer of `.metadata/**.json`: strict reading, and saves that are whole or did not happen."""

from mdjourney_backend.documents.document import Document
from mdjourney_backend.documents.documents import Documents
from mdjourney_backend.documents.entries import NotPlain
from mdjourney_backend.documents.many import NotTogether, Proposed, Wanted
from mdjourney_backend.documents.records import refuse_record, require_record
from mdjourney_backend.documents.shape import EDITABLE_APART, schema_name
from mdjourney_backend.strict_json import Unreadable, parse, render

__all__ = [
    "EDITABLE_APART",
    "Document",
    "Documents",
    "NotPlain",
    "NotTogether",
    "Proposed",
    "Unreadable",
    "Wanted",
    "parse",
    "refuse_record",
    "render",
    "require_record",
    "schema_name",
]
