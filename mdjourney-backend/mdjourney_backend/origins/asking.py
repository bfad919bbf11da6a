"""Puts together what can be known of the origins of one document of a tree."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from mdjourney_backend.changes import Content, Ref
from mdjourney_backend.documents import EDITABLE_APART, Documents, schema_name
from mdjourney_backend.history.recorder import History
from mdjourney_backend.journal import Pending
from mdjourney_backend.origins import beginning
from mdjourney_backend.origins.deciding import IDENTIFIER, Asked, Beginning, Origin, origins_of
from mdjourney_backend.origins.past import Past, Step, read
from mdjourney_backend.schemas import Schema, SchemaManager
from mdjourney_backend.tree import Tree


class Origins:
    """Asked for one document at a time; bounded by what `Past` reads.

    Args:
        waiting: the writes that history was not told of yet, oldest first.
    """

    def __init__(
        self,
        documents: Documents,
        schemas: SchemaManager,
        tree: Tree,
        history: History,
        waiting: Callable[[], Sequence[Pending]],
    ) -> None:
        self._documents = documents
        self._schemas = schemas
        self._tree = tree
        self._history = history
        self._waiting = waiting

    def of(self, ref: Ref) -> tuple[dict[str, Origin], bool]:
        """JSON pointer -> origin, and whether the whole history was looked at.

        Raises:
            NotFound: no such document.
            HistoryUnavailable: git cannot tell now.
        """
        content = self._documents.read(ref).content
        schema = self._schemas.resolve(schema_name(ref.kind, content))
        apart = EDITABLE_APART.get(ref.kind)
        past = Past(
            self._history,
            ref.path,
            identifier=IDENTIFIER.get(ref.kind),
            leave_out=apart,
            pass_over_files=True,
        )
        recorded = iter(past) if self._history.mode != "off" else iter(())
        rows = [r for r in self._waiting() if r.ref == ref and not r.deleted]
        found = origins_of(
            ref,
            content,
            schema.body,
            _steps(rows, recorded, apart),
            self._beginning(ref, schema),
            self._run_named,
        )
        return found, past.next_cursor is None

    def _beginning(self, ref: Ref, schema: Schema) -> Beginning:
        if ref.kind == "dataset_administrative":
            return beginning.of_dataset(self._history, ref)
        if ref.kind != "experiment_contextual":
            return beginning.of_nothing()

        def begun(step: Step) -> Asked:  # other documents are read only once it is asked
            runs, instruments = self._runs_beside(ref), self._instruments()
            return beginning.of_run(self._history, ref, schema.body, runs, instruments)(step)

        return begun

    def _runs_beside(self, ref: Ref) -> dict[str, Content]:
        """The runs of the same dataset."""
        dataset = next((run.dataset_id for run in self._tree.runs() if run.ref == ref), None)
        runs = self._tree.runs(dataset) if dataset is not None else []
        return {run.ref.path: self._documents.read(run.ref).content for run in runs}

    def _instruments(self) -> list[Content]:
        return [self._documents.read(place.ref).content for place in self._tree.instruments()]

    def _run_named(self, start: str) -> str | None:
        found = [run.run_id for run in self._tree.runs() if run.run_id.startswith(start)]
        return found[0] if len(found) == 1 else None


def _steps(rows: Sequence[Pending], recorded: Iterator[Step], apart: str | None) -> Iterator[Step]:
    """The writes that wait, newest first, and then what is recorded."""
    held: Step | None = None
    for row in reversed(rows):
        raw = _bytes(row)
        if not raw:
            continue
        content = read(raw, apart)
        if held is not None:
            yield replace(held, before=content)
        actor = row.actor
        held = Step(
            None, row.at, actor.display_name, actor.git_email, row.subject, row.ref.path, None, content
        )
    newest = next(recorded, None)
    if held is not None:
        yield replace(held, before=None if newest is None else newest.after)
    if newest is not None:
        yield newest
        yield from recorded


def _bytes(row: Pending) -> bytes:
    """What was written; nothing when it is recorded by now."""
    if row.content is not None or row.kept is None:
        return row.content or b""
    try:
        return row.kept.read_bytes()
    except OSError:
        return b""
