"""Documents that changed past us: edited by hand, checked out, deleted, or written just before a crash."""

import hashlib
import logging
import os
import time
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from pathlib import Path

from mdjourney_backend.changes import Content, Ref, file_owner
from mdjourney_backend.documents import Documents, Unreadable, parse
from mdjourney_backend.held import held
from mdjourney_backend.journal import DocumentSeen, Journal
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
        known = self._journal.documents.all()
        present: set[str] = set()
        stats: list[DocumentSeen] = []
        for ref in self._tree.documents():
            present.add(ref.path)
            try:
                seen = self._look(ref, known, left, homes)
            except (MDJourneyError, OSError) as exc:
                problems.append((ref.path, str(exc)))
                continue
            if seen is not None:
                stats.append(seen)
        self._journal.documents.put(stats)
        if not self._compared:
            self._compared = self._as_left() or self._compare_with_history(present)
        lost = [path for path in known if path not in present]
        if standing.unsure:  # it may have moved while we looked, unless we know where to
            sure = [path for path in lost if _folder_that_left(path, left)[1] is not None]
            self.waiting += len(sure) < len(lost)
            lost = sure
        for path in lost:
            try:
                self._missing(known[path], left, homes)
            except (MDJourneyError, OSError) as exc:
                problems.append((path, f"was lost and cannot be brought back: {exc}"))
        return problems

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
            before, after = _folder_that_arrived(ref.path, left)
            origin = "" if before is None else f"{before}{ref.path[len(after) :]}"
            gone = None
            subject = f"{ref.path}: {'save' if ours else 'changed outside MDJourney'}"
            if before is not None and origin in rows:
                actor, subject = SYSTEM, _moved(before, after)
                if not os.path.lexists(self._root / origin):  # folders may have changed places
                    gone = rows.pop(origin)
            elif ours and 0 <= time.time() - found.st_mtime < _ON_ITS_WAY:
                self.waiting += 1
                return None
            with self._journal.batch():  # Git knows a move by both its halves being in one commit
                self._journal.outbox.add(ref, document.raw, document.sha256, actor, _moment(found), subject)
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


def _folder_that_arrived(path: str, left: Mapping[str, str | None]) -> tuple[str | None, str]:
    for before, after in left.items():
        if after is not None and path.startswith(f"{after}/"):
            return before, after
    return None, ""


def _folder_that_left(path: str, left: Mapping[str, str | None]) -> tuple[str | None, str | None]:
    for folder, moved in left.items():
        if path.startswith(f"{folder}/"):
            return folder, moved
    return None, None


def _moment(found: os.stat_result) -> datetime:
    return datetime.fromtimestamp(found.st_mtime, UTC)
