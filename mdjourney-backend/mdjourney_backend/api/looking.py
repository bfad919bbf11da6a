"""What looking at data files needs, kept per backend: made at the first look, ended with the backend."""

import weakref
from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends

from mdjourney_backend.api.requests import BackendOf
from mdjourney_backend.assembly import Backend
from mdjourney_backend.described_files import DescribedFiles
from mdjourney_backend.file_lists import FileLists
from mdjourney_backend.previewing import Previews


@dataclass(frozen=True, slots=True)
class Looking:
    """Lists of entries, opened files, and previews of them."""

    lists: FileLists
    files: DescribedFiles
    previews: Previews


def looking_at(backend: Backend) -> Looking:
    """The same for every request to a backend."""
    kept: dict[str, Looking] = vars(backend)
    found = kept.get("looking")
    if found is None:
        lists = FileLists(backend.root, backend.documents, backend.leadership.journal_dir)
        made = Looking(lists, DescribedFiles(backend.root, backend.layout, lists), Previews())
        found = kept.setdefault("looking", made)
        if found is made:
            weakref.finalize(backend, made.previews.close)
    return found


async def _looking(backend: BackendOf) -> Looking:
    return looking_at(backend)


LookingAt = Annotated[Looking, Depends(_looking)]
