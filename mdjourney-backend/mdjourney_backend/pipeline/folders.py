"""Keeping projects and datasets who they are: triggers 0 and 1, and what a rename, copy, swap or loss asks for."""

import logging
import os
import time
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any, Final

from mdjourney_backend.changes import (
    Content,
    DatasetAppeared,
    Edit,
    ProjectAppeared,
    Ref,
    file_owner,
)
from mdjourney_backend.counting import Counters
from mdjourney_backend.documents import Documents, Unreadable, parse
from mdjourney_backend.journal import Journal, Known
from mdjourney_backend.journal.places import PlaceKind
from mdjourney_backend.layout import administrative_ref, project_ref, structural_ref
from mdjourney_backend.pipeline.doubts import doubt
from mdjourney_backend.pipeline.identity import Decision, Fate, Found, Verdict, decide
from mdjourney_backend.tree import DatasetPlace, Folder, Tree
from mdjourney_backend.triggers import t0_project, t1_dataset
from mdjourney_contract.people import SYSTEM, Identity
from mdjourney_contract.problems import MDJourneyError

log = logging.getLogger(__name__)

#: What the system itself puts into the documents of a folder; anything else was typed by somebody.
_SYSTEMS_OWN: Final = frozenset(
    {
        "$schema",
        "schema_version",
        "created_by",
        "created_date",
        "last_modified_by",
        "last_modified_date",
        "project_identifier",
        "dataset_identifier",
        "associated_project_identifier",
        "date_created",
        "file_descriptions",
        "derived_from",
        "recommended_citation",
    }
)


@dataclass(slots=True)
class Standing:
    """The outcome of one look at all folders: datasets that can be ingested, how many folders wait to settle, folders
    whose disk is away, paths that moved (before -> now) or went, and what could not be done."""

    datasets: list[DatasetPlace] = field(default_factory=list)
    waiting: int = 0
    away: list[str] = field(default_factory=list)
    left: dict[str, str | None] = field(default_factory=dict)
    problems: list[tuple[str, str]] = field(default_factory=list)


class Folders:
    """Triggers 0 and 1 for one leader."""

    def __init__(
        self,
        root: Path,
        tree: Tree,
        documents: Documents,
        journal: Journal,
        latest: Callable[[str], bytes | None],
        settle_seconds: float,
        counters: Counters,
    ) -> None:
        """`latest` answers the newest recorded bytes of a document path, or None."""
        self._root = root
        self._tree = tree
        self._documents = documents
        self._journal = journal
        self._latest = latest
        self._settle_seconds = settle_seconds
        self._counters = counters
        self._first_seen: dict[tuple[str, int], float] = {}
        #: identifiers that folders of the kind being looked at have
        self._held: frozenset[str] = frozenset()

    def reconcile(self) -> Standing:
        """Give every folder its identity and its documents."""
        standing = Standing()
        device = self._root.stat().st_dev
        projects = self._projects(standing, device)
        folders = [f for path in projects for f in self._tree.dataset_folders(path)]
        found = [
            self._found(f, device, _dataset_refs(f.path), "dataset_identifier", standing) for f in folders
        ]
        decision = decide(found, self._journal.places.known("dataset"))
        self._held = _held(decision)
        for folder, verdict in zip(folders, decision.verdicts, strict=True):
            project_id = projects[folder.path.rpartition("/")[0]]
            identifier = self._guarded(standing, folder, partial(self._dataset, folder, verdict, project_id))
            if identifier is not None:
                standing.datasets.append(DatasetPlace(identifier, project_id, folder.path))
            self._note(standing, verdict, identifier)
        self._remember(
            "dataset", folders, decision, {d.path: d.dataset_id for d in standing.datasets}, device, standing
        )
        alive = {(f.path, f.inode) for f in (*folders, *self._tree.project_folders())}
        self._first_seen = {k: v for k, v in self._first_seen.items() if k in alive}
        return standing

    def _projects(self, standing: Standing, device: int) -> dict[str, str]:
        folders = self._tree.project_folders()
        found = [
            self._found(f, device, [project_ref(f.path)], "project_identifier", standing) for f in folders
        ]
        decision = decide(found, self._journal.places.known("project"))
        self._held = _held(decision)
        identifiers: dict[str, str] = {}
        for folder, verdict in zip(folders, decision.verdicts, strict=True):
            identifier = self._guarded(standing, folder, partial(self._project, folder, verdict))
            if identifier is not None:
                identifiers[folder.path] = identifier
            self._note(standing, verdict, identifier)
        self._remember("project", folders, decision, identifiers, device, standing)
        return identifiers

    def _guarded(self, standing: Standing, folder: Folder, act: Callable[[], str | None]) -> str | None:
        """A folder whose documents cannot be written holds up no other."""
        try:
            return act()
        except (MDJourneyError, OSError) as exc:
            log.warning("%s: %s", folder.path, exc)
            standing.problems.append((folder.path, str(exc)))
            return None

    def _found(self, folder: Folder, device: int, refs: Sequence[Ref], key: str, standing: Standing) -> Found:
        claims: list[str | None] = []
        since = 0
        for ref in refs:
            claim = self._tree.identifier_in(ref, key)
            if claim is None and self._documents.exists(ref):
                claim = self._after_recovery(ref, key, standing)
            claims.append(claim)
            since = max(since, _changed_ns(self._root / ref.path))
        return Found(folder.path, folder.inode, folder.dev, tuple(claims), since, folder.dev != device)

    def _after_recovery(self, ref: Ref, key: str, standing: Standing) -> str | None:
        """The identifier of a document that could not be peeked at; reading it sets damage aside and heals it."""
        try:
            value = self._documents.read(ref).content.get(key)
        except (MDJourneyError, OSError) as exc:
            standing.problems.append((ref.path, str(exc)))
            return None
        return value if isinstance(value, str) else None

    def _note(self, standing: Standing, verdict: Verdict, identifier: str | None) -> None:
        if verdict.fate is Fate.UNAVAILABLE:
            standing.away.append(verdict.path)
        elif identifier is None:
            standing.waiting += 1
        elif verdict.before is not None:
            standing.left[verdict.before] = verdict.path

    def _remember(
        self,
        kind: PlaceKind,
        folders: Sequence[Folder],
        decision: Decision,
        identifiers: dict[str, str],
        device: int,
        standing: Standing,
    ) -> None:
        before = {k.identifier: k for k in self._journal.places.known(kind)}
        now = {
            identifiers[f.path]: Known(identifiers[f.path], f.path, f.inode, f.dev, mounted=f.dev != device)
            for f in folders
            if f.path in identifiers
        }
        for known in decision.gone:
            if known.identifier not in now:
                now[known.identifier] = Known(
                    known.identifier, known.path, known.inode, known.dev, gone=True, mounted=known.mounted
                )
                if known.path not in standing.left:
                    standing.left[known.path] = None
        changed = [k for i, k in now.items() if before.get(i) != k]
        if changed:
            self._journal.places.put(kind, changed)
        for identifier, known in now.items():
            if not known.gone:
                self._tree.settle_on(identifier, known.path)

    # -- projects ---------------------------------------------------------------------------------------------------

    def _project(self, folder: Folder, verdict: Verdict) -> str | None:
        """The project's identifier once its document says so; None while the folder settles."""
        ref, owner = project_ref(folder.path), self._owner(folder)
        if verdict.fate in (Fate.SAME, Fate.MOVED, Fate.ADOPTED):
            return verdict.identifier
        if verdict.fate is Fate.UNAVAILABLE or not self._settled(folder, [ref]):
            return None
        if verdict.fate is Fate.COPIED:
            identifier = verdict.identifier or _new_id()
            content = self._typed_before(ref, "project_identifier", verdict.identifier)
            self._documents.apply(
                Edit(
                    ref,
                    _renamed({"project_identifier": identifier, "derived_from": verdict.source}, content),
                    f"{folder.path}: copied, new identifier",
                ),
                actor=owner,
            )
            return identifier
        identifier = (
            verdict.identifier or self._recorded_id(ref, "project_identifier", "project") or _new_id()
        )
        if not self._bring_back(ref, "project_identifier", identifier):
            for edit in t0_project.plan(ProjectAppeared(folder.path, identifier)):
                self._documents.apply(edit, actor=owner)
            self._counters.add(triggers_0=1)
            log.info("trigger 0: %s", folder.path)
        return identifier

    # -- datasets ---------------------------------------------------------------------------------------------------

    def _dataset(self, folder: Folder, verdict: Verdict, project_id: str) -> str | None:
        """The dataset's identifier once both documents say so; None while the folder settles."""
        refs = _dataset_refs(folder.path)
        if verdict.fate is Fate.UNAVAILABLE:
            return None
        minted = verdict.fate in (Fate.NEW, Fate.RESTORED, Fate.COPIED)
        if (minted or verdict.repair) and not self._settled(folder, refs):
            return None
        if verdict.fate is Fate.COPIED:
            return self._copied(folder, verdict, project_id)
        identifier = verdict.identifier or self._recorded_id(refs[0], "dataset_identifier", "dataset")
        identifier = identifier or self._recorded_id(refs[1], "dataset_identifier", "dataset") or _new_id()
        self._complete(folder, identifier, project_id)
        self._correct(folder, identifier, project_id)
        return identifier

    def _complete(self, folder: Folder, identifier: str, project_id: str) -> None:
        """Both documents exist: recorded ones come back before new ones are made."""
        missing = [r for r in _dataset_refs(folder.path) if not self._documents.exists(r)]
        if not missing:
            return
        lost = missing
        missing = [r for r in lost if not self._bring_back(r, "dataset_identifier", identifier)]
        created = datetime.fromtimestamp(min(folder.ctime_ns, folder.mtime_ns) / 1e9, UTC)
        for edit in t1_dataset.plan(DatasetAppeared(folder.path, identifier, project_id, created)):
            if edit.ref in missing:
                self._documents.apply(edit, actor=self._owner(folder))
        if structural_ref(folder.path) in lost:
            doubt(self._journal.files, self._documents.read(structural_ref(folder.path)).content)
        if missing:
            self._counters.add(triggers_1=1)
            log.info("trigger 1: %s", folder.path)

    def _correct(self, folder: Folder, identifier: str, project_id: str) -> None:
        """Both documents name this dataset and the project it lies in."""
        links: Content = {"dataset_identifier": identifier, "associated_project_identifier": project_id}
        for ref in _dataset_refs(folder.path):
            wrong = {k: v for k, v in links.items() if self._tree.identifier_in(ref, k) != v}
            if not wrong:
                continue
            change = _linked(links)
            if "dataset_identifier" in wrong:
                # a foreign document was written over ours: ours comes back, and its files are read again
                change = _renamed(links, self._ours_before(ref, identifier) or _emptied(ref))
                self._journal.files.forget(identifier)
            edit = Edit(ref, change, f"{folder.path}: belongs to this project")
            self._documents.apply(edit, actor=self._owner(folder))

    def _copied(self, folder: Folder, verdict: Verdict, project_id: str) -> str:
        """A copy becomes a dataset of its own. A folder that was one before the copy fell into it stays that one, with
        what was typed there."""
        identifier = verdict.identifier or _new_id()
        links: Content = {"dataset_identifier": identifier, "associated_project_identifier": project_id}
        subject = f"{folder.path}: copied, new identifier"
        for ref in reversed(_dataset_refs(folder.path)):
            mine = self._typed_before(ref, "dataset_identifier", verdict.identifier)
            wanted = dict(links)
            if ref.kind == "dataset_structural":
                wanted["derived_from"] = verdict.source
            change = _renamed(wanted, mine)
            if ref.kind == "dataset_structural" and mine is None:
                change = _fresh_entries(change)
            self._documents.apply(Edit(ref, change, subject), actor=self._owner(folder))
        self._journal.files.forget(identifier)
        return identifier

    # -- what history knows -------------------------------------------------------------------------------------------

    def _recorded(self, ref: Ref) -> Content | None:
        try:
            raw = self._latest(ref.path)
            content = None if raw is None else parse(raw)
        except (MDJourneyError, Unreadable) as exc:
            log.warning("history cannot tell about %s: %s", ref.path, exc)
            return None
        return content if isinstance(content, dict) else None

    def _recorded_id(self, ref: Ref, key: str, kind: PlaceKind) -> str | None:
        """The identifier history has for a path whose document is missing, unless another folder has it now or the
        journal knows that it moved away."""
        recorded = (self._recorded(ref) or {}).get(key)
        if not isinstance(recorded, str):
            return None
        if recorded in self._held:
            return None
        for known in self._journal.places.known(kind):
            if known.identifier == recorded:
                folder = ref.path.split("/.metadata/", 1)[0]
                return recorded if known.path == folder or known.gone else None
        return recorded

    def _bring_back(self, ref: Ref, key: str, identifier: str) -> bool:
        content = self._recorded(ref)
        if content is None or content.get(key) != identifier:
            return False
        restored = content
        self._documents.create(ref, restored, actor=SYSTEM, subject=f"restore {ref.path} from history")
        return True

    def _ours_before(self, ref: Ref, identifier: str) -> Content | None:
        content = self._recorded(ref)
        return content if content is not None and content.get("dataset_identifier") == identifier else None

    def _typed_before(self, ref: Ref, key: str, identifier: str | None) -> Content | None:
        """What was typed into our document before a copy was written over it, if anything was."""
        if identifier is None:
            return None
        content = self._recorded(ref)
        if content is None or content.get(key) != identifier or not set(content) - _SYSTEMS_OWN:
            return None
        return content

    # -- settling -----------------------------------------------------------------------------------------------------

    def _settled(self, folder: Folder, refs: Sequence[Ref]) -> bool:
        """A folder has settled when it was first seen, or last changed, long enough ago; its documents too."""
        first = self._first_seen.setdefault((folder.path, folder.inode), time.monotonic())
        still = time.time() - self._settle_seconds
        documents = max((_changed_ns(self._root / r.path) for r in refs), default=0) / 1e9
        if documents > still and documents <= time.time() + 1:
            return False
        changed = max(folder.ctime_ns, folder.mtime_ns) / 1e9
        return changed <= still or time.monotonic() - first >= self._settle_seconds

    def _owner(self, folder: Folder) -> Identity:
        return file_owner(os.lstat(self._root / folder.path).st_uid)


def _held(decision: Decision) -> frozenset[str]:
    return frozenset(v.identifier for v in decision.verdicts if v.identifier is not None)


def _dataset_refs(path: str) -> list[Ref]:
    return [administrative_ref(path), structural_ref(path)]


def _changed_ns(path: Path) -> int:
    try:
        return os.lstat(path).st_ctime_ns
    except OSError:  # not there
        return 0


def _new_id() -> str:
    return str(uuid.uuid4())


def _renamed(members: Content, instead: Content | None) -> Callable[[Content | None], Content]:
    def apply(content: Content | None) -> Content:
        return {**(instead if instead is not None else content or {}), **members}

    return apply


def _emptied(ref: Ref) -> Content | None:
    """Nothing is known of what a structural document held; an administrative one keeps what it says."""
    return {"file_descriptions": []} if ref.kind == "dataset_structural" else None


def _linked(members: Content) -> Callable[[Content | None], Content]:
    return lambda content: {**(content or {}), **members}


def _fresh_entries(inner: Callable[[Content | None], Content]) -> Callable[[Content | None], Content]:
    """Entries of a copy describe other files: new identifiers, and no run of this dataset completed them."""

    def fresh(entry: dict[str, Any]) -> dict[str, Any]:
        kept = {k: v for k, v in entry.items() if k not in ("complete_metadata", "previous_paths")}
        return {**kept, "file_identifier": _new_id(), "version_state": "V1"}

    def apply(content: Content | None) -> Content:
        whole = inner(content)
        return {**whole, "file_descriptions": [fresh(e) for e in whole.get("file_descriptions", [])]}

    return apply
