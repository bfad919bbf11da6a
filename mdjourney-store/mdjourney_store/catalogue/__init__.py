"""The catalogue's questions: what is recorded, limited to what the viewer may see.

Every function takes a `Store` and a `Viewer` first and returns plain dicts with the tables' column names; lists are
`{"items": [...], "next_cursor": str | None}`. What a viewer may not see does not exist for them (`NotFound`).
"""

from mdjourney_store.catalogue.changes import changes
from mdjourney_store.catalogue.datasets import dataset, datasets, files
from mdjourney_store.catalogue.fields import fields
from mdjourney_store.catalogue.graph import neighbourhood
from mdjourney_store.catalogue.people import people
from mdjourney_store.catalogue.projects import project, project_history, projects
from mdjourney_store.catalogue.tags import tags
from mdjourney_store.catalogue.trail import trail
from mdjourney_store.catalogue.trials import timeline, trial, trials

__all__ = [
    "changes",
    "dataset",
    "datasets",
    "fields",
    "files",
    "neighbourhood",
    "people",
    "project",
    "project_history",
    "projects",
    "tags",
    "timeline",
    "trail",
    "trial",
    "trials",
]
