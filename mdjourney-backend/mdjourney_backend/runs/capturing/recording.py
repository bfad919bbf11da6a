"""Records one captured run from its lease to its document, beside a running session or with none."""

import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any, Final

from mdjourney_backend.documents import Documents
from mdjourney_backend.inbox import Inbox
from mdjourney_backend.layout import Layout, Meaning
from mdjourney_backend.pipeline.moment import led, scan_once
from mdjourney_backend.runs.capturing.leases import Lease
from mdjourney_backend.runs.capturing.outcome import end_of
from mdjourney_backend.runs.capturing.sweeping import sweep
from mdjourney_backend.runs.capturing.telling import Facts, Telling
from mdjourney_backend.runs.capturing.touched_files import Before, by_content, digest, path_for_people
from mdjourney_backend.runs.capturing.whereabouts import Whereabouts
from mdjourney_backend.schemas import SchemaManager
from mdjourney_backend.tree import Tree
from mdjourney_contract.problems import NotFound, OutOfTime
from mdjourney_contract.session_config import SessionConfig

#: A fresh dataset is given so long to get its documents from whoever leads.
_DESCRIBED_SECONDS: Final = 60.0
#: After the run's document is safe, leading for a moment ends at the latest then.
_MOMENT_SECONDS: Final = 30.0


@dataclass(slots=True)
class _Inputs:
    """Files the run reads; hashed in the background from the moment it starts."""

    paths: list[Path]
    dataset: Path
    since_ns: int
    known: dict[Path, str | None] = field(default_factory=dict)

    def read(self) -> None:
        for path in self.paths:
            self.known[path] = digest(path, self.since_ns)

    def described(self, without: set[Path]) -> list[dict[str, Any]]:
        """`{file_path, checksum}`; no checksum where the run may have changed the file before it was read."""
        return [
            {"file_path": path_for_people(path, self.dataset)}
            | ({"checksum": found} if (found := self.known.get(path)) else {})
            for path in self.paths
            if path.resolve() not in without
        ]


class Recording:
    """One run: `begin` once it started, `end` once it ended. Answers are fields of its document.

    Args:
        facts: what the lease said first (`first_facts`).
        before: the dataset as it was when it started.
        named: files given as inputs by the person; they count even if the run wrote to them.
        guessed: files its arguments name: inputs, unless the run changed them.
        outputs: files outside the dataset that the person says it writes.
        warn: told, in words, what could not be recorded.
    """

    def __init__(
        self,
        where: Whereabouts,
        lease: Lease,
        facts: Mapping[str, Any],
        before: Before,
        *,
        home: Path,
        named: list[Path],
        guessed: list[Path],
        outputs: list[Path],
        warn: Callable[[str], object],
    ) -> None:
        self.root = Path(where.root)
        self._config = SessionConfig.model_validate(
            {"monitor_path": where.root, "settle_seconds": 0.0, **where.keys}
        )
        self._lease, self._home, self._warn = lease, home, warn
        self._folder = Path(where.folder)
        self._facts = Facts.of({**facts, "run_id": lease.run_id})
        self._before = before
        self._inputs = _Inputs(
            [*named, *(p for p in guessed if p not in named)], self._folder, lease.since_ns
        )
        self._named, self._outputs = {p.resolve() for p in named}, outputs
        self._reading = threading.Thread(target=self._inputs.read, name="mdj-inputs", daemon=True)
        self._reading.start()
        self._layout = Layout.of(self._config)
        schemas = SchemaManager(self.root)
        documents = Documents(self.root, schemas, Inbox(self.root))
        self._telling = Telling(documents, schemas, Tree(self.root, self._layout))

    def know(self, answers: Mapping[str, Any]) -> None:
        """Put into the lease what was found out, so that it is told even if we cannot."""
        self._facts = replace(self._facts, answers={**self._facts.answers, **answers})
        self._lease.note({**asdict(self._facts), "actor": self._facts.actor.model_dump(mode="json")})

    def reads(self, path: Path) -> None:
        """One more file that is read, as it is now."""
        if path not in self._inputs.paths:
            self._inputs.paths.append(path)
            self._inputs.known[path] = digest(path)
            self._named.add(path.resolve())

    def begin(self) -> None:
        """Create the run's document.

        Raises:
            MDJourneyError, OSError: it cannot be created now.
        """
        self._see_it_described()
        self._tell(self._facts)

    def end(self, at: float, answers: Mapping[str, Any], *, clean: bool) -> None:
        """Tell how it ended, and end the lease.

        Raises:
            MDJourneyError, OSError: the document cannot be saved now; the lease holds what it should say.
        """
        self.know({**answers, **end_of(at, self._facts.birth, clean=clean)})
        self._reading.join()
        changed = self._before.changed(self._layout.ignored)
        written = {p.resolve() for p in changed} | {p.resolve() for p in self._outputs}
        files = {
            "input_files": self._inputs.described(written - self._named),
            "output_files": by_content([*changed, *self._outputs], self._folder),
        }
        self.know({key: value for key, value in files.items() if value})
        self._see_it_described()
        self._tell(self._facts)
        self._lease.end()

    def bring_in_step(self) -> None:
        """When nobody leads the tree: lead for a moment, so that documents and outputs are described and committed.

        Raises:
            MDJourneyError, OSError: not finished; whoever leads next goes on.
        """
        with led(self.root, self._config, self._home) as leader:
            if leader is not None:
                sweep(leader.tree, leader.documents, SchemaManager(self.root))
                leader.pipeline.run_until_still(_MOMENT_SECONDS)

    def _tell(self, facts: Facts) -> None:
        _, refused = self._telling.tell(facts)
        if refused:
            self._warn(f"the template in force does not allow what was captured for {', '.join(refused)}")

    def _see_it_described(self) -> None:
        path = self._facts.dataset_path
        if self._telling.described(path):
            return
        if self._layout.meaning(path).meaning is not Meaning.DATASET:
            raise NotFound(f"{path} matches a rule that makes it no dataset")
        scan_once(self.root, self._config, self._home, _DESCRIBED_SECONDS)
        deadline = time.monotonic() + _DESCRIBED_SECONDS
        while not self._telling.described(path):
            if time.monotonic() > deadline:
                raise OutOfTime(f"{path} did not get its documents from whoever leads {self.root}")
            time.sleep(0.1)
