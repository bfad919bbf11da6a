"""History of one tree: what to commit where, and reading it back."""

import logging
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from mdjourney_backend.history import commits, exclude, log
from mdjourney_backend.history.locks import Locks
from mdjourney_backend.history.repository import Repository, open_repository
from mdjourney_backend.history.upkeep import Upkeep
from mdjourney_backend.history.words import (
    Batch,
    HistoryBusy,
    HistoryRefused,
    HistoryUnavailable,
    Mode,
    Page,
    Recorded,
    Revision,
)
from mdjourney_contract.session_config import SessionConfig

_log = logging.getLogger(__name__)
_TRIES = 3


class History:
    """One writer thread; reading is safe from any thread. Build with `History.open`."""

    def __init__(
        self,
        root: Path,
        config: SessionConfig,
        locks: Locks,
        repository: Repository | None,
        problem: str | None,
    ) -> None:
        self._root = root
        self._config = config
        self._locks = locks
        self._repository = repository
        self._problem = problem
        self._upkeep = Upkeep()
        self._known: tuple[str, dict[str, str]] = ("", {})  # one assignment, so that readers see a whole pair

    @classmethod
    def open(
        cls, root: Path, config: SessionConfig, state_dir: Path, *, lock_wait_seconds: float = 10
    ) -> "History":
        """Create or adopt the repository of the tree.

        A repository that belongs to another account, or a machine without git, gives a History whose mode is
        `off` and whose `problem()` says why; its `commit` does nothing.

        Args:
            state_dir: folder on this machine's disk, outside the tree, for notes about locks.
            lock_wait_seconds: how long another git process is waited for in `commit`.
        """
        state_dir.mkdir(parents=True, exist_ok=True)
        locks = Locks(state_dir / "git-locks.json", lock_wait_seconds)
        if not config.history.git:
            return cls(root, config, locks, None, None)
        try:
            repository = open_repository(root)
        except (HistoryRefused, HistoryUnavailable) as exc:
            _log.warning("history is off: %s", exc.detail)
            return cls(root, config, locks, None, exc.detail)
        for lock in locks.clear_ours(repository.git_dir, repository.tip()):
            _log.warning("removed %s, left by a process of ours that died", lock)
        return cls(root, config, locks, repository, None)

    @property
    def mode(self) -> Mode:
        """`own`: our repository; `branch`: a branch of ours in somebody's repository; `off`: nothing is recorded."""
        return self._repository.mode if self._repository else "off"

    def prepare(self) -> Mapping[str, bytes | None]:
        """Tell git what to leave alone; answers what to commit (`.gitignore`, in a repository of ours)."""
        repository = self._repository
        if repository is None:
            return {}
        if repository.mode == "own":
            lines = exclude.own_lines(self._config.project_prefix, self._config.depth)
            return {".gitignore": exclude.update(self._root / ".gitignore", lines)}
        exclude.update(repository.common_dir / "info" / "exclude", exclude.foreign_lines(repository.prefix))
        return {}

    def give_back(self) -> None:
        """Give back locks a commit could not give back because the disk was away, though nothing is left to commit.

        Raises:
            HistoryUnavailable: git cannot be asked now.
        """
        if self._repository is not None and self._locks.kept():
            self._locks.take_back(self._repository.git_dir, self._repository.tip())

    def commit(self, batch: Batch) -> str | None:
        """Record a batch as one commit; None when nothing differs from what is recorded, or history is off.

        Raises:
            HistoryBusy: another git process is in the way; try again.
            HistoryUnavailable: git failed; try again.
        """
        if self._repository is None:
            return None
        for path in batch.files:
            commits.check_path(path)
        try:
            done = self._commit(self._repository, batch)
        except HistoryUnavailable as exc:
            self._problem = exc.detail
            raise
        except OSError as exc:
            self._problem = f"history could not be written: {exc}"
            raise HistoryUnavailable(self._problem) from exc
        self._problem = None
        if done is not None:
            self._upkeep.committed(
                self._repository, sum(commits.size_of(content) for content in batch.files.values())
            )
        return done

    def _commit(self, repository: Repository, batch: Batch) -> str | None:
        blobs = {path: self._blob_name(content) for path, content in batch.files.items()}
        for attempt in range(_TRIES):
            tip = repository.tip()
            known = self._listing(repository, tip)
            changed = {path: blob for path, blob in blobs.items() if known.get(path) != blob}
            if not changed:
                return None
            files = {repository.prefix + path: batch.files[path] for path in changed}
            named = {repository.prefix + path: blob for path, blob in changed.items()}
            try:
                commit = commits.commit_on_branch(repository, self._locks, tip, batch, files, named)
            except HistoryBusy:
                if attempt + 1 == _TRIES or repository.tip() == tip:
                    raise
                continue
            self._remember(commit, known, changed)
            return commit
        raise AssertionError("the loop returns or raises")

    def log(self, path: str, *, limit: int = 50, cursor: str | None = None) -> Page:
        """Revisions of a document, newest first; raises BadRequest for a foreign cursor."""
        if self._repository is None:
            return Page([], None)
        return log.revisions(self._repository, path, limit, cursor)

    def content(self, commit: str, path: str) -> bytes:
        """A document as `commit` holds it. Raises NotFound."""
        return log.content_at(self._needed(), commit, path)

    def contents(self, revisions: Sequence[Revision], *, most_bytes: int) -> list[bytes | None]:
        """The document at each of these revisions of it, at one go; shorter than `revisions` past `most_bytes`."""
        return log.contents_at(self._needed(), revisions, most_bytes) if revisions else []

    def cursor(self, revision: Revision) -> str:
        """Where `log` goes on with this revision."""
        return log.cursor_at(revision)

    def before(self, commit: str, path: str) -> bytes | None:
        """A document as it was before `commit`; None when it was not there. Raises NotFound for the commit."""
        repository = self._needed()
        older = log.parent(repository, commit)
        return None if older is None else log.blob(repository, f"{older}:{repository.prefix}{path}")

    def latest(self, path: str) -> bytes | None:
        """The newest recorded content, also of a path that was removed since; None when it was never recorded."""
        repository = self._repository
        if repository is None:
            return None
        tip = repository.tip()
        if tip is None:
            return None
        found = log.blob(repository, f"{tip}:{repository.prefix}{path}")
        return found if found is not None else log.last_holding(repository, path)

    def differs(self, paths: Iterable[str]) -> list[str]:
        """Those of `paths` (from the tree root) whose bytes on disk are not what the newest commit holds."""
        if self._repository is None:
            return []
        known = self._listing(self._repository, self._repository.tip())
        return [path for path in paths if known.get(path) != self._blob_name(self._on_disk(path))]

    def recorded(self) -> frozenset[str]:
        """Every path the newest commit holds below the tree."""
        if self._repository is None:
            return frozenset()
        return frozenset(self._listing(self._repository, self._repository.tip()))

    def head(self) -> str | None:
        """The newest commit of our branch."""
        return self._repository.tip() if self._repository else None

    def problem(self) -> str | None:
        """Why nothing is being recorded right now, None when all is well."""
        return self._problem

    def _needed(self) -> Repository:
        if self._repository is None:
            raise HistoryUnavailable(self._problem or "history is switched off for this tree")
        return self._repository

    def _listing(self, repository: Repository, tip: str | None) -> dict[str, str]:
        if tip is None:
            return {}
        known_tip, known = self._known
        if tip != known_tip:
            known = log.listing(repository, tip)
            self._known = (tip, known)
        return known

    def _remember(self, commit: str, known: Mapping[str, str], changed: Mapping[str, str | None]) -> None:
        after = dict(known)
        for path, blob in changed.items():
            if blob is None:
                after.pop(path, None)
            else:
                after[path] = blob
        self._known = (commit, after)

    def _blob_name(self, content: Recorded | None) -> str | None:
        return None if content is None else commits.blob_name(content, self._needed().object_format)

    def _on_disk(self, path: str) -> Path | None:
        place = self._root / path
        return place if place.is_file() and not place.is_symlink() else None
