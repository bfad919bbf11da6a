"""History of a tree: git commits of documents, DVC pointers of data, log, field-level diff."""

from mdjourney_backend.history.collecting import collected
from mdjourney_backend.history.fields import field_at, field_diff, with_field
from mdjourney_backend.history.interface import PointerKeeper, Recorder
from mdjourney_backend.history.pointers import Pointers
from mdjourney_backend.history.recorder import History
from mdjourney_backend.history.words import (
    Batch,
    CacheSize,
    Collected,
    FieldChange,
    HistoryBusy,
    HistoryRefused,
    HistoryUnavailable,
    Mode,
    Page,
    PointerFile,
    Revision,
)

__all__ = [
    "Batch",
    "CacheSize",
    "Collected",
    "FieldChange",
    "History",
    "HistoryBusy",
    "HistoryRefused",
    "HistoryUnavailable",
    "Mode",
    "Page",
    "PointerFile",
    "PointerKeeper",
    "Pointers",
    "Recorder",
    "Revision",
    "collected",
    "field_at",
    "field_diff",
    "with_field",
]
