"""Puts one backend together from its launch, and lets it lead its tree or follow whoever does."""

import logging
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from mdjourney_backend import following
from mdjourney_backend.changes import Content, Write, WriteSink
from mdjourney_backend.counting import Counters
from mdjourney_backend.disk_space import DiskSpace
from mdjourney_backend.documents import Document, Documents
from mdjourney_backend.documents.many import tell_all
from mdjourney_backend.history.recorder import History
from mdjourney_backend.inbox import Inbox
from mdjourney_backend.layout import Layout, project_ref
from mdjourney_backend.leader import Leadership, Peer
from mdjourney_backend.leading import Leading, origin_of
from mdjourney_backend.news import News
from mdjourney_backend.permissions import RoleBook
from mdjourney_backend.runs.capturing.sweeping import sweep
from mdjourney_backend.runs.lifecycle import Runs
from mdjourney_backend.schemas import SchemaManager, placing
from mdjourney_backend.summaries import Summaries
from mdjourney_backend.sync.gathering import gather
from mdjourney_backend.tree import Tree
from mdjourney_contract.launch import Launch
from mdjourney_contract.people import Identity
from mdjourney_contract.problems import Conflict, MDJourneyError, Unavailable
from mdjourney_store.connection import Store
from mdjourney_store.projection import Projection

_log = logging.getLogger(__name__)

#: Seconds between a follower's attempts to take over, and a leader's looks at leases.
_TAKE_OVER_SECONDS: Final = 1.0


class _Switch:
    """The sink documents write to: the leader's journal or a follower's inbox, whichever holds now."""

    def __init__(self, sink: WriteSink, counters: Counters) -> None:
        self.sink = sink
        self._counters = counters

    def written(self, write: Write) -> None:
        self._counters.add(documents_written=1)
        self.sink.written(write)

    def written_together(self, writes: Sequence[Write]) -> None:
        self._counters.add(documents_written=len(writes))
        tell_all(self.sink, writes)


class Backend:
    """Everything one backend holds. `start` before serving, `stop` after.

    `leading` is None while another backend leads the tree.

    Raises:
        Conflict: the tree cannot be served with this config; `errors` name key and values.
        TreeMissing: the folder is not there.
    """

    def __init__(self, launch: Launch) -> None:
        self.launch = launch
        self.root = _root(launch)
        self.draining = False
        self.news = News()
        self.counters = Counters()
        self.disk = DiskSpace(self.root)
        self.leading: Leading | None = None
        self.leadership = Leadership(self.root, launch.config, launch.home)
        self.layout = Layout.of(launch.config)
        self.tree = Tree(self.root, self.layout)
        self.schemas = SchemaManager(self.root)
        self.history = History.open(self.root, launch.config, self.leadership.journal_dir)
        self.inbox = Inbox(self.root)
        self._switch = _Switch(self.inbox, self.counters)
        self.documents = Documents(self.root, self.schemas, self._switch, recover=self.history.latest)
        self.summaries = Summaries(self.root, self.documents, self.schemas, self.tree)
        self.runs = Runs(
            self.documents,
            self.schemas,
            self.tree,
            self._commit_of,
            committing=self._commits_what_is_saved,
            ran=lambda trigger: self.counters.add(**{f"triggers_{trigger}": 1}),
        )
        self.roles = RoleBook(
            self.leadership.journal_dir / "roles.json",
            owner=launch.owner,
            members=launch.config.members,
            database_url=launch.database_url if launch.config.store.sync else None,
            project_ids=lambda: [p.project_id for p in self.tree.projects()],
            introduce=self._introduce,
        )
        self._peer: Peer | None = None
        self._turning = threading.Lock()
        self._ending = threading.Event()
        self._waiting = threading.Thread(target=self._wait_for_the_lead, name="mdj-lead", daemon=True)

    @property
    def tree_id(self) -> str:
        """The tree's UUID."""
        return self.leadership.tree_id

    @property
    def name(self) -> str:
        """What people call the tree."""
        return self.launch.config.name or self.root.name

    def start(self, host: str, port: int) -> None:
        """Lead if nobody does, else follow; `host` and `port` are where this backend answers.

        Raises:
            Conflict: whoever leads serves the tree with other tree-shaping keys.
        """
        self._peer = Peer(host, port, self.launch.secret)
        self._try_to_lead()
        self._waiting.start()
        self.roles.start()

    def stop(self) -> None:
        """Finish what is under way and let go of the tree."""
        self.draining = True
        self._ending.set()
        self.news.ring()
        if self._waiting.ident is not None:
            self._waiting.join()
        self.roles.stop()
        self._step_down(drain=True)
        self.disk.close()

    def mark(self, path: str) -> None:
        """Something of ours changed at a tree-relative path."""
        leading = self.leading
        if leading is not None:
            leading.pipeline.mark(path)
        else:
            self.inbox.mark()

    def rescan(self) -> None:
        """Compare the whole tree; returns when all that was seen is in step.

        Raises:
            OutOfTime: it takes longer; work goes on.
            Unavailable: another backend leads and cannot be reached; it was left a note.
        """
        leading = self.leading
        if leading is not None:
            leading.pipeline.rescan()
            return
        leader = self.leader_elsewhere()
        if leader is None:
            self.inbox.ask_for_rescan()
            raise Unavailable("Another machine leads this tree; it was asked to look", retry_after=10)
        following.rescan(leader)

    def put_schema(self, name: str, body: Content, *, actor: Identity) -> None:
        """Put a local schema in its place (checked before); it is versioned with the data.

        Raises:
            Conflict, DiskFull, Unavailable: nothing changed.
        """
        raw = placing.put(self.root, name, body)
        self._record(placing.path_of(name), raw, actor, f"schema {name}: local override")

    def remove_schema(self, name: str, *, actor: Identity) -> None:
        """Take a local schema away.

        Raises:
            NotFound: there is none.
        """
        placing.remove(self.root, name)
        self._record(placing.path_of(name), None, actor, f"schema {name}: local override removed")

    def _record(self, path: str, raw: bytes | None, actor: Identity, subject: str) -> None:
        """Have a file that is no document committed; a follower leaves that to its leader's next look."""
        leading = self.leading
        if leading is not None:
            leading.record(path, raw, actor, subject)
        else:
            self.inbox.mark()

    def leader_elsewhere(self) -> Peer | None:
        """Where the leader answers, when it is not us and shares our home."""
        return None if self.leading is not None else self.leadership.peer()

    def _commits_what_is_saved(self) -> bool:
        """Whether this process is about to commit every save."""
        return self.leading is not None and self.launch.config.history.git and not self.history.problem()

    def _introduce(self, store: Store, project_ids: Sequence[str]) -> None:
        """Tell the store of projects again, with the people of this config: who is new among them gets a role."""
        origin = origin_of(self.launch, self.root, self.tree_id)
        people = [p for p in (origin.owner, *origin.members) if p is not None]
        refs = [project_ref(p.path) for p in self.tree.projects() if p.project_id in project_ids]
        sent = [gather(self.root, ref, people=people) for ref in refs]
        Projection(store, origin).send(sent, force=True)

    def _commit_of(self, document: Document) -> str | None:
        """The commit that holds exactly these bytes of a document, when it is recorded already."""
        try:
            found = self.history.log(document.ref.path, limit=1).items
            if found and self.history.content(found[0].commit, document.ref.path) == document.raw:
                return found[0].commit
        except MDJourneyError as exc:  # a record without commits is still a record
            _log.warning("no commit of %s: %s", document.ref.path, exc.detail)
        return None

    def _wait_for_the_lead(self) -> None:
        """Take over when the leader goes; while we lead, end runs whose command was killed."""
        while not self._ending.wait(_TAKE_OVER_SECONDS):
            try:
                if self.leading is not None:
                    sweep(self.tree, self.documents, self.schemas)
                else:
                    self._try_to_lead()
            except (MDJourneyError, OSError) as exc:  # tried again in a second; health says what is wrong
                _log.debug("%s: %s", self.root, exc)

    def _try_to_lead(self) -> None:
        with self._turning:
            if self.leading is not None or not self.leadership.acquire(self._lost):
                return
            try:
                self.leading = self._new_lead()
            except BaseException:
                self._switch.sink = self.inbox
                self.leadership.release()
                raise
            _log.info("leading %s", self.root)

    def _new_lead(self) -> Leading:
        leading = Leading(
            self.launch,
            self.root,
            self.leadership,
            self.layout,
            self.tree,
            self.documents,
            self.history,
            self.news.ring,
            self.counters,
        )
        self._switch.sink = leading
        leading.record_schemas()
        self._put_in_order()
        leading.start()
        if self._peer is not None:
            self.leadership.announce(self._peer)
        return leading

    def _put_in_order(self) -> None:
        """What a killed backend left half done."""
        folders = {ref.path.rpartition("/")[0] for ref in self.tree.documents()}
        folders |= {f"{p.path}/.metadata" for p in self.tree.project_folders()}
        self.documents.tidy(sorted(folders))
        for problem in self.runs.converge():
            _log.warning("%s", problem)

    def _lost(self) -> None:
        """Called by the heartbeat: somebody replaced the lock."""
        threading.Thread(
            target=self._step_down, kwargs={"drain": False}, name="mdj-lost", daemon=True
        ).start()

    def _step_down(self, *, drain: bool) -> None:
        with self._turning:
            leading, self.leading = self.leading, None
            self._switch.sink = self.inbox
            if leading is not None:
                leading.stop(drain)
                self.leadership.release()
        self.news.ring()


def _root(launch: Launch) -> Path:
    """The tree's folder, links resolved once.

    Raises:
        Unavailable: it is not there.
        Conflict: it lies outside the operator's roots.
    """
    root = Path(launch.config.monitor_path).resolve()
    if not root.is_dir():
        raise Unavailable(f"{launch.config.monitor_path} is no folder")
    allowed = [Path(p).resolve() for p in launch.allowed_roots]
    if allowed and not any(root == a or a in root.parents for a in allowed):
        raise Conflict(f"{root} lies outside the folders the operator allows")
    return root
