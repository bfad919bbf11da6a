"""The folders of one tree, found by identifier."""

from mdjourney_backend.tree.listing import is_utf8, printable
from mdjourney_backend.tree.places import (
    DatasetPlace,
    Folder,
    InstrumentPlace,
    ProjectPlace,
    RunPlace,
    Shape,
    Skipped,
)
from mdjourney_backend.tree.tree import Tree

__all__ = [
    "DatasetPlace",
    "Folder",
    "InstrumentPlace",
    "ProjectPlace",
    "RunPlace",
    "Shape",
    "Skipped",
    "Tree",
    "is_utf8",
    "printable",
]
