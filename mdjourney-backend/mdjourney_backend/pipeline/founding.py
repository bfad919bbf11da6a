"""Giving a held folder the documents its verdict asks for: triggers 0 and 1, copies, repairs, what comes back."""

import logging
import time
import uuid
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from mdjourney_backend.changes import Content, DatasetAppeared, Edit, ProjectAppeared, Ref, file_owner
from mdjourney_backend.counting import Counters
from mdjourney_backend.documents import Documents
from mdjourney_backend.held import Elsewhere, Held, held
from mdjourney_backend.journal import Journal
from mdjourney_backend.journal.places import PlaceKind
from mdjourney_backend.layout import administrative_ref, project_ref, structural_ref
from mdjourney_backend.pipeline.doubts import doubt
from mdjourney_backend.pipeline.identity import Fate, Verdict
from mdjourney_backend.pipeline.looking import Spotted, changed_ns
from mdjourney_backend.pipeline.recollection import Recollection
from mdjourney_backend.tree import Tree
from mdjourney_backend.triggers import t0_project, t1_dataset
from mdjourney_contract.people import SYSTEM, Identity

log = logging.getLogger(__name__)

_PROJECT, _DATASET, _LINK = "project_identifier", "dataset_identifier", "associated_project_identifier"


class Founding:
    """For one leader. Everything is written through the open folder the verdict was about: one that is moved meanwhile
    keeps what it gets, and who lies in its place then gets nothing."""

    def __init__(
        self,
        root: Path,
        tree: Tree,
        documents: Documents,
        journal: Journal,
        recollection: Recollection,
        settle_seconds: float,
        counters: Counters,
    ) -> None:
        self._root = root
        self._tree = tree
        self._documents = documents
        self._journal = journal
        self._recollection = recollection
        self._settle_seconds = settle_seconds
        self._counters = counters
        self._first_seen: dict[tuple[str, int], float] = {}

    def keep_only(self, folders: Sequence[Spotted]) -> None:
        """Forget when folders were first seen that are not there any more."""
        alive = {(f.path, f.folder.inode) for f in folders}
        self._first_seen = {k: v for k, v in self._first_seen.items() if k in alive}

    def project(self, spotted: Spotted, verdict: Verdict, taken: frozenset[str] | None) -> str | None:
        """The project's identifier once its document says so; None while the folder settles. `taken` are identifiers
        that folders have, None where folders moved and nobody knows.

        Raises:
            Elsewhere: the folder went from its path, or it had an identifier here that another folder may have now.
            MDJourneyError, OSError: its document cannot be written.
        """
        if verdict.fate in (Fate.SAME, Fate.MOVED, Fate.ADOPTED):
            return verdict.identifier
        if verdict.fate is Fate.UNAVAILABLE:
            return None
        ref = project_ref(spotted.path)
        with held(self._root, spotted.path, spotted.key) as folder:
            if not self._settled(spotted, folder, [ref]):
                return None
            if verdict.fate is Fate.COPIED:
                return self._copied_project(folder, ref, verdict)
            identifier = verdict.identifier or self._recorded_id(ref, _PROJECT, "project", taken) or _new_id()
            if not self._bring_back(folder, ref, _PROJECT, identifier):
                for edit in t0_project.plan(ProjectAppeared(spotted.path, identifier)):
                    self._apply(folder, edit)
                self._counters.add(triggers_0=1)
                log.info("trigger 0: %s", spotted.path)
            return identifier

    def _copied_project(self, folder: Held, ref: Ref, verdict: Verdict) -> str:
        identifier = verdict.identifier or _new_id()
        content = self._recollection.typed(ref, _PROJECT, verdict.identifier)
        change = _renamed({_PROJECT: identifier, "derived_from": verdict.source}, content)
        self._apply(folder, Edit(ref, change, f"{folder.path}: copied, new identifier"))
        return identifier

    def dataset(
        self, spotted: Spotted, verdict: Verdict, project: tuple[str, int], taken: frozenset[str] | None
    ) -> str | None:
        """As `project`; `project` is the identifier and the inode of the project's folder the dataset lies in."""
        if verdict.fate is Fate.UNAVAILABLE:
            return None
        project_id, parent = project
        refs = dataset_refs(spotted.path)
        with held(self._root, spotted.path, spotted.key) as folder:
            if folder.parent() != parent:
                raise Elsewhere(f"{spotted.path} lies in another project now")
            minted = verdict.fate in (Fate.NEW, Fate.RESTORED, Fate.COPIED)
            if (minted or verdict.repair) and not self._settled(spotted, folder, refs):
                return None
            if verdict.fate is Fate.COPIED:
                return self._copied(folder, verdict, project_id)
            identifier = verdict.identifier
            for ref in refs:
                identifier = identifier or self._recorded_id(ref, _DATASET, "dataset", taken)
            identifier = identifier or _new_id()
            self._complete(folder, spotted, identifier, project_id)
            self._correct(folder, identifier, project_id)
            return identifier

    def _complete(self, folder: Held, spotted: Spotted, identifier: str, project_id: str) -> None:
        """Both documents exist: recorded ones come back before new ones are made."""
        documents = self._documents.within(folder)
        lost = [r for r in dataset_refs(folder.path) if not documents.exists(r)]
        if not lost:
            return
        missing = [r for r in lost if not self._bring_back(folder, r, _DATASET, identifier)]
        created = datetime.fromtimestamp(min(spotted.folder.ctime_ns, spotted.folder.mtime_ns) / 1e9, UTC)
        for edit in t1_dataset.plan(DatasetAppeared(folder.path, identifier, project_id, created)):
            if edit.ref in missing:
                self._apply(folder, edit)
        if structural_ref(folder.path) in lost:
            doubt(self._journal.files, documents.read(structural_ref(folder.path)).content)
        if missing:
            self._counters.add(triggers_1=1)
            log.info("trigger 1: %s", folder.path)

    def _correct(self, folder: Held, identifier: str, project_id: str) -> None:
        """Both documents name this dataset and the project it lies in."""
        links: Content = {_DATASET: identifier, _LINK: project_id}
        for ref in dataset_refs(folder.path):
            wrong = {k: v for k, v in links.items() if self._tree.identifier_in(ref, k, folder) != v}
            if not wrong:
                continue
            change = _renamed(links, None)
            if _DATASET in wrong:
                # a foreign document was written over ours: ours comes back, and its files are read again
                change = _renamed(links, self._recollection.ours(ref, _DATASET, identifier) or _emptied(ref))
                self._journal.files.forget(identifier)
            self._apply(folder, Edit(ref, change, f"{folder.path}: belongs to this project"))

    def _copied(self, folder: Held, verdict: Verdict, project_id: str) -> str:
        """A copy becomes a dataset of its own. A folder that was one before the copy fell into it stays that one, with
        what was typed there."""
        identifier = verdict.identifier or _new_id()
        links: Content = {_DATASET: identifier, _LINK: project_id}
        subject = f"{folder.path}: copied, new identifier"
        for ref in reversed(dataset_refs(folder.path)):
            mine = self._recollection.typed(ref, _DATASET, verdict.identifier)
            wanted = dict(links)
            if ref.kind == "dataset_structural":
                wanted["derived_from"] = verdict.source
            change = _renamed(wanted, mine)
            if ref.kind == "dataset_structural" and mine is None:
                change = _fresh_entries(change)
            self._apply(folder, Edit(ref, change, subject))
        self._journal.files.forget(identifier)
        return identifier

    def _apply(self, folder: Held, edit: Edit) -> None:
        self._documents.within(folder).apply(edit, actor=_owner(folder))

    def _bring_back(self, folder: Held, ref: Ref, key: str, identifier: str) -> bool:
        content = self._recollection.ours(ref, key, identifier)
        if content is None:
            return False
        subject = f"restore {ref.path} from history"
        self._documents.within(folder).create(ref, content, actor=SYSTEM, subject=subject)
        return True

    def _recorded_id(self, ref: Ref, key: str, kind: PlaceKind, taken: frozenset[str] | None) -> str | None:
        """The identifier history has for a path whose document is missing, unless another folder has it now or the
        journal knows that it moved away."""
        recorded = (self._recollection.of(ref) or {}).get(key)
        if not isinstance(recorded, str):
            return None
        if taken is None:
            raise Elsewhere(f"nobody knows where {recorded} lies now, which was at {ref.path}")
        if recorded in taken:
            return None
        for known in self._journal.places.known(kind):
            if known.identifier == recorded:
                folder = ref.path.split("/.metadata/", 1)[0]
                return recorded if known.path == folder or known.gone else None
        return recorded

    def _settled(self, spotted: Spotted, folder: Held, refs: Sequence[Ref]) -> bool:
        """A folder has settled when it was first seen, or last changed, long enough ago; its documents too."""
        first = self._first_seen.setdefault((spotted.path, folder.inode), time.monotonic())
        still = time.time() - self._settle_seconds
        documents = max((changed_ns(folder, r) for r in refs), default=0) / 1e9
        if documents > still and documents <= time.time() + 1:
            return False
        changed = max(spotted.folder.ctime_ns, spotted.folder.mtime_ns) / 1e9
        return changed <= still or time.monotonic() - first >= self._settle_seconds


def dataset_refs(path: str) -> list[Ref]:
    """The two documents that say who a dataset is."""
    return [administrative_ref(path), structural_ref(path)]


def _owner(folder: Held) -> Identity:
    return file_owner(folder.stat().st_uid)


def _new_id() -> str:
    return str(uuid.uuid4())


def _renamed(members: Content, instead: Content | None) -> Callable[[Content | None], Content]:
    def apply(content: Content | None) -> Content:
        return {**(instead if instead is not None else content or {}), **members}

    return apply


def _emptied(ref: Ref) -> Content | None:
    """Nothing is known of what a structural document held; an administrative one keeps what it says."""
    return {"file_descriptions": []} if ref.kind == "dataset_structural" else None


def _fresh_entries(inner: Callable[[Content | None], Content]) -> Callable[[Content | None], Content]:
    """Entries of a copy describe other files: new identifiers, and no run of this dataset completed them."""

    def fresh(entry: dict[str, Any]) -> dict[str, Any]:
        kept = {k: v for k, v in entry.items() if k not in ("complete_metadata", "previous_paths")}
        return {**kept, "file_identifier": _new_id(), "version_state": "V1"}

    def apply(content: Content | None) -> Content:
        whole = inner(content)
        return {**whole, "file_descriptions": [fresh(e) for e in whole.get("file_descriptions", [])]}

    return apply
