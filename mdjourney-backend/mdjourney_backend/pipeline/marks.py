"""What has to be looked at in the next pass: everything, folders and documents, or places in datasets."""

from collections.abc import Collection
from dataclasses import dataclass, field

from mdjourney_backend.layout import METADATA, Meaning, Place

#: Events there ask for nothing.
_SILENT = (Meaning.HOUSEKEEPING, Meaning.SCHEMA, Meaning.IGNORED)
#: Places remembered of one dataset; with more of them all of it is compared.
_MOST = 64


@dataclass(slots=True)
class Marks:
    """`datasets` maps a dataset's path to places inside it where something happened; None for all of it."""

    everything: bool = False
    folders: bool = False
    datasets: dict[str, set[str] | None] = field(default_factory=dict)

    def any(self) -> int:
        """How many things there are to look at."""
        return int(self.everything) + int(self.folders) + len(self.datasets)

    def add(self, place: Place, path: str) -> None:
        """Something happened at a tree-relative path that means `place`; a `/` ends it where a listing changed."""
        if place.dataset is None or place.meaning not in (Meaning.DATA, Meaning.DATASET):
            self.folders = True
            return
        listing = "/" if path.endswith("/") else ""
        if place.meaning is Meaning.DATASET and not listing:
            self.datasets[place.dataset] = None
            return
        known = self.datasets.setdefault(place.dataset, set())
        if known is not None:
            known.add((place.inside or "") + listing)
            if len(known) > _MOST:
                self.datasets[place.dataset] = None

    def near(self, dataset: str, waiting: Collection[str] | None) -> Collection[str] | None:
        """The places to compare of a dataset where files wait (None: nobody knows which); None for all of it."""
        marked = self.datasets.get(dataset, ())
        return None if marked is None or waiting is None else {*marked, *waiting}


def is_silent(place: Place, path: str) -> bool:
    """Whether an event asks for nothing: housekeeping, and locks and temporary files beside documents."""
    if place.meaning in _SILENT:
        return True
    name = path.rstrip("/").rpartition("/")[2]
    return place.meaning is Meaning.METADATA and name != METADATA and name[:1] == "."
