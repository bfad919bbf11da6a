"""What a new dataset takes over from its project: the defaults a person typed there, nothing that nobody said."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from mdjourney_backend.changes import Content, Ref
from mdjourney_backend.documents.document import Document
from mdjourney_backend.layout import METADATA, project_ref
from mdjourney_contract.problems import MDJourneyError

#: Member of the project's document -> the kind of document that begins with it. An access level is never among them:
#: who may see a dataset is decided for each.
_DEFAULTS: Final = {"dataset_administrative": "dataset_defaults"}
_NEVER: Final = frozenset({"access_level"})


def inherited(read: Callable[[Ref], Document], ref: Ref, content: Content) -> Content:
    """`content` of a document that is about to be created, with the project's defaults where it has no answer.

    A project that cannot be read gives none.
    """
    member = _DEFAULTS.get(ref.kind)
    if member is None:
        return content
    dataset = ref.path.partition(f"/{METADATA}/")[0]
    try:
        found: Any = read(project_ref(dataset.rpartition("/")[0])).content.get(member)
    except MDJourneyError:
        return content
    if not isinstance(found, Mapping):
        return content
    return {**{k: v for k, v in found.items() if k not in _NEVER}, **content}
