"""Documents that changed past us: edited by hand, checked out, deleted, or written just before a crash."""

import hashlib
import logging
import os
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

from mdjourney_backend.changes import Content, Ref, file_owner
from mdjourney_backend.documents import Documents, Unreadable, parse
from mdjourney_backend.held import held, is_known
from mdjourney_backend.journal import DocumentSeen, Journal, Known
from mdjourney_backend.journal.places import KINDS
from mdjourney_backend.pipeline.doubts import doubt
from mdjourney_backend.pipeline.standing import Home, Standing
from mdjourney_backend.tree import Tree
from mdjourney_contract.clock import now
from mdjourney_contract.people import SYSTEM, Identity
from mdjourney_contract.problems import MDJourneyError, NotFound

log = logging.getLogger(__name__)

#: A save of ours is announced by whoever made it, with name and author, within this many seconds or not at all.
_ON_ITS_WAY = 2.0


class Outside:
    """Compares the documents on disk with what the journal recorded of them."""

    def __init__(
        self,
        root: Path,
        tree: Tree,
        documents: Documents,
        journal: Journal,
        latest: Callable[[str], bytes | None],
        differs: Callable[[Iterable[str]], list[str]],
        as_left: Callable[[], bool] = lambda: False,
    ) -> None:
        """`latest` and `differs` are history's: the newest recorded bytes of a path; which paths it has otherwise.
        `as_left`: its newest commit is still the one we made last, so that comparing stats is enough."""
        self._compared = False
        #: saves whose announcement is still on its way
        self.waiting = 0
        #: paths of documents that could not be dealt with
        self.untold: set[str] = set()
        self._differs = differs
        self._as_left = as_left
        self._root = root
        self._tree = tree
        self._documents = documents
        self._journal = journal
        self._latest = latest

    def reconcile(self, standing: Standing) -> list[tuple[str, str]]:
        """Record what changed, bring back what was lost.

        Answers paths that could not be dealt with, and why.
        """
        left = standing.left
        homes = {home.path: home for home in standing.datasets}
        problems: list[tuple[str, str]] = []
        self.waiting = 0
        self.untold = set()
        known = self._journal.documents.all()
        present: set[str] = set()
        stats: list[DocumentSeen] = []
        for ref in self._tree.documents():
            present.add(ref.path)
            try:
                seen = self._look(ref, known, left, homes)
            except (MDJourneyError, OSError) as exc:
                problems.append((ref.path, str(exc)))
                self.untold.add(ref.path)
                continue
            if seen is not None:
                stats.append(seen)
        self._journal.documents.put(stats)
        if not self._compared:
            self._compared = self._as_left() or self._compare_with_history(present)
        lost = [path for path in known if path not in present]
        if lost:
            sure = self._surely_lost(lost, standing)
            self.waiting += len(sure) < len(lost)
            lost = sure
        for path in lost:
            if _moved_to(path, left) in self.untold:  # that it left is told with where it is
                self.untold.add(path)
                continue
            try:
                self._missing(known[path], left, homes)
            except (MDJourneyError, OSError) as exc:
                problems.append((path, f"was lost and cannot be brought back: {exc}"))
                self.untold.add(path)
        return problems

    def _surely_lost(self, paths: Sequence[str], standing: Standing) -> list[str]:
        """Those whose folder is known to have moved or gone, or lies where it lay, without them. Others may have moved with
        their folder, while it was looked at or since."""
        places = [p for kind in KINDS for p in self._journal.places.known(kind) if not p.gone]
        sure = []
        for path in paths:
            folder, moved = _folder_that_left(path, standing.left)
            if moved is not None or (
                not standing.unsure and (folder is not None or self._lie_there(path, places))
            ):
                sure.append(path)
        return sure

    def _lie_there(self, path: str, places: Iterable[Known]) -> bool:
        """Whether the folders a document was in lie where they were when they were looked at."""
        for place in places:
            if path.startswith(f"{place.path}/"):
                try:
                    found = os.lstat(self._root / place.path)
                except FileNotFoundError:
                    return False
                if not is_known(found, (place.inode, place.dev)):
                    return False
        return True

    def _compare_with_history(self, present: set[str]) -> bool:
        """Once after the start: what is neither recorded nor waiting to be is recorded. Answers whether all was seen."""
        waited = self.waiting
        try:
            differing = self._differs(sorted(present))
        except FileNotFoundError:  # it moved just now
            differing = []
            self.waiting += 1
        for path in differing:
            ref = self._tree.layout.meaning(path).ref
            if ref is None:
                continue
            try:
                self._record_unless_told(ref)
            except (NotFound, FileNotFoundError):
                self.waiting += 1
        return self.waiting == waited

    def _record_unless_told(self, ref: Ref) -> None:
        document = self._documents.read(ref)
        if not self._journal.outbox.has(ref.path, document.sha256):
            found = os.lstat(self._root / ref.path)
            actor, _ours = self._author(ref.path, document.content, found)
            subject = f"{ref.path}: not recorded before"
            self._journal.outbox.add(ref, document.raw, document.sha256, actor, _moment(found), subject)

    def _look(
        self,
        ref: Ref,
        rows: dict[str, DocumentSeen],
        left: Mapping[str, str | None],
        homes: Mapping[str, Home],
    ) -> DocumentSeen | None:
        """The row to record, or None when nothing changed. Takes from `rows` what it deals with besides: where the
        document was before it moved."""
        known = rows.get(ref.path)
        found = os.lstat(self._root / ref.path)
        stat = (found.st_size, found.st_mtime_ns, found.st_ctime_ns, found.st_ino)
        if known is not None and known.looks_like(*stat):
            return None
        recorded = known if known is None or known.size else self._again(known)
        if recorded is not None and recorded.sha256 == _sha256(self._root / ref.path, stat):
            return DocumentSeen(ref.path, ref.kind, recorded.sha256, *stat)  # ours: nobody has to parse it
        document = self._documents.read(ref)
        row = DocumentSeen(ref.path, ref.kind, document.sha256, *stat)
        if recorded is None or recorded.sha256 != document.sha256:
            actor, ours = self._author(ref.path, document.content, found)
            before, after, origin = _origin(ref.path, left, rows)
            gone = None
            subject = f"{ref.path}: {'save' if ours else 'changed outside MDJourney'}"
            if origin is not None:
                actor, subject = SYSTEM, _moved(before, after)
                if not os.path.lexists(self._root / origin):  # folders may have changed places
                    gone = rows.pop(origin)
            elif ours and 0 <= time.time() - found.st_mtime < _ON_ITS_WAY:
                self.waiting += 1
                return None
            with self._journal.batch():  # Git knows a move by both its halves being in one commit
                self._journal.outbox.add(ref, document.raw, document.sha256, actor, _moment(found), subject)
                self._journal.documents.put([row])
                if gone is not None:
                    self._missing(gone, left, homes)
            if ref.kind == "dataset_structural":
                doubt(self._journal.files, document.content)
        return row

    def _author(self, path: str, content: Content, found: os.stat_result) -> tuple[Identity, bool]:
        """Who changed it: the person the document names when the audit fields moved along, as they do in every save of
        ours; else the owner of the file."""
        owner, person = file_owner(found.st_uid), content.get("last_modified_by")
        before = self._recorded(path)
        ours = before is None or before.get("last_modified_date") != content.get("last_modified_date")
        if not ours or not isinstance(person, str) or not person:
            return owner, False
        return owner if person == owner.user_id else self._journal.person(person), True

    def _recorded(self, path: str) -> Content | None:
        try:
            raw = self._latest(path)
            content = None if raw is None else parse(raw)
        except (Unreadable, MDJourneyError) as exc:
            log.warning("history cannot tell about %s: %s", path, exc)
            return None
        return content if isinstance(content, dict) else None

    def _again(self, known: DocumentSeen) -> DocumentSeen:
        """The row as it is now: a save may have come in since all rows were read."""
        return self._journal.documents.all().get(known.path, known)

    def _missing(
        self, known: DocumentSeen, left: Mapping[str, str | None], homes: Mapping[str, Home]
    ) -> None:
        folder, moved = _folder_that_left(known.path, left)
        home = known.path.split("/.metadata/", 1)[0]
        if folder is None and (self._root / home).is_dir() and self._restore(known, home, homes.get(home)):
            return
        self._journal.documents.drop([known.path])
        ref = Ref(known.kind, known.path)
        subject = _moved(folder or known.path, moved)
        self._journal.outbox.add(ref, None, known.sha256, SYSTEM, now(), subject, deleted=True)

    def _restore(self, known: DocumentSeen, path: str, home: Home | None) -> bool:
        """A document that vanished from a folder that stayed (`git stash -u`, `git clean`) comes back, into the very
        folder it was in.

        Raises:
            Elsewhere: another lies there now.
        """
        content = self._recorded(known.path)
        if content is None or (home is not None and not _belongs(content, home.dataset_id)):
            return False
        ref = Ref(known.kind, known.path)
        with held(self._root, path, None if home is None else home.key) as folder:
            subject = f"restore {known.path} from history"
            self._documents.within(folder).create(ref, content, actor=SYSTEM, subject=subject)
        if ref.kind == "dataset_structural":
            doubt(self._journal.files, content)
        return True


def _belongs(content: Content, dataset_id: str) -> bool:
    """Whether a document of a dataset says it is of this one; one that names none may be of any."""
    said = content.get("dataset_identifier", content.get("dataset_identifier_link", dataset_id))
    return bool(said == dataset_id)


def _sha256(path: Path, stat: tuple[int, int, int, int]) -> str | None:
    """Of the file that had this size, mtime, ctime and inode; None when it is another by now, or a link."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError:
        return None
    with open(descriptor, "rb") as file:
        digest = hashlib.sha256()
        # Documents are small: a buffer of the usual size would stay with every backend.
        while piece := file.read(min(stat[0] + 1, 1 << 18)):
            digest.update(piece)
        after = os.fstat(descriptor)
    return (
        digest.hexdigest()
        if (after.st_size, after.st_mtime_ns, after.st_ctime_ns, after.st_ino) == stat
        else None
    )


def _moved(before: str, after: str | None) -> str:
    return f"{before}: moved to {after}" if after else f"{before}: removed"


def _origin(
    path: str, left: Mapping[str, str | None], rows: Mapping[str, DocumentSeen]
) -> tuple[str, str, str | None]:
    """Of a document in a folder that moved: from where, to where, and its own path before; None where it was not there."""
    for before, after in left.items():
        if after is not None and path.startswith(f"{after}/"):
            origin = f"{before}{path[len(after) :]}"
            if origin in rows:
                return before, after, origin
    return "", "", None


def _moved_to(path: str, left: Mapping[str, str | None]) -> str | None:
    """Where a document is that was at a path before its folder moved."""
    folder, moved = _folder_that_left(path, left)
    return None if folder is None or moved is None else f"{moved}{path[len(folder) :]}"


def _folder_that_left(path: str, left: Mapping[str, str | None]) -> tuple[str | None, str | None]:
    for folder, moved in left.items():
        if path.startswith(f"{folder}/"):
            return folder, moved
    return None, None


def _moment(found: os.stat_result) -> datetime:
    return datetime.fromtimestamp(found.st_mtime, UTC)
