"""What a captured run's document says: created by trigger 3 from the facts of its lease, and told how the run ended."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Final

from mdjourney_backend.changes import Content, Edit, Ref
from mdjourney_backend.documents import Documents
from mdjourney_backend.layout import structural_ref
from mdjourney_backend.runs.addresses import dataset_of
from mdjourney_backend.runs.capturing.outcome import end_of
from mdjourney_backend.schemas import SchemaManager
from mdjourney_backend.tree import DatasetPlace, RunPlace, Tree
from mdjourney_backend.triggers import t3_context
from mdjourney_contract.people import SYSTEM, Identity
from mdjourney_contract.problems import Invalid, NotFound, Unavailable

#: How often a run whose folder is moved at the moment it is written to is looked for again.
_LOOKS: Final = 5
#: What people may have typed meanwhile: theirs stays.
_PEOPLES: Final = ("experiment_name", "experiment_dates", "software_used_acquisition_analysis")
#: Of these, members people added or changed stay.
_MERGED: Final = ("parameters", "quality_control_metrics")
_END: Final = ("death_timestamp", "clean_exit")


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of a captured run, as its lease holds it.

    `dataset_path` is relative to the tree; `birth` a moment with zone. `answers` are fields of the document;
    `death_timestamp` and `clean_exit` are among them once the run ended.
    """

    run_id: str
    dataset_path: str
    template: str
    birth: str
    actor: Identity
    answers: Mapping[str, Any] = field(default_factory=dict)

    @classmethod
    def of(cls, held: Mapping[str, Any]) -> "Facts":
        """
        Raises:
            KeyError, ValueError: these are no facts of a run.
        """
        return cls(
            run_id=held["run_id"],
            dataset_path=held["dataset_path"],
            template=held["template"],
            birth=held["birth"],
            actor=Identity.model_validate(held["actor"]),
            answers=dict(held["answers"]),
        )


class Telling:
    """Writes the documents of captured runs of one tree."""

    def __init__(self, documents: Documents, schemas: SchemaManager, tree: Tree) -> None:
        self._documents, self._schemas, self._tree = documents, schemas, tree

    def described(self, dataset_path: str) -> bool:
        """Whether a dataset has its documents."""
        return any(place.path == dataset_path for place in self._tree.datasets())

    def knows(self, run_id: str) -> bool:
        """Whether a run has its document."""
        return self._known(run_id) is not None

    def presume_dead(self, run_id: str, last_seen: float) -> bool:
        """End a run of which only its document and the last sign of life are known; False when it has none.

        Raises:
            Conflict, DiskFull, Unavailable: the document cannot be saved.
        """

        def apply(content: Content) -> Content:
            if "death_timestamp" in content:
                return content
            return told(content, end_of(last_seen, content["birth_timestamp"], clean=False))

        return self._change(run_id, apply, "ended unclean", SYSTEM) is not None

    def tell(self, facts: Facts) -> tuple[Ref, list[str]]:
        """Bring the run's document to what the facts say; answers fields that a local override does not allow.

        Raises:
            NotFound: the dataset is not there, or not described yet.
            Invalid, Conflict, DiskFull, Unavailable: the document cannot be saved.
        """
        try:
            return self._tell(facts), []
        except Invalid as exc:
            refused = sorted(
                {str(e.get("pointer", "")).split("/")[1] for e in exc.errors if e.get("pointer")}
            )
            allowed = {k: v for k, v in facts.answers.items() if k not in refused}
            if len(allowed) == len(facts.answers):
                raise
            return self._tell(replace(facts, answers=allowed)), refused

    def _tell(self, facts: Facts) -> Ref:
        known = self._schemas.resolve(f"contextual/{facts.template}").body.get("properties", {})
        answers = {k: v for k, v in facts.answers.items() if k in known}
        ended = "ended" if facts.answers.get("clean_exit") else "ended unclean"
        said = ended if "death_timestamp" in facts.answers else "goes on"

        def change() -> Ref | None:
            return self._change(facts.run_id, lambda content: told(content, answers), said, facts.actor)

        ref = change()
        if ref is None:
            self._begin(facts)
            ref = change()
        if ref is None:
            raise NotFound(f"run {facts.run_id} was removed just now")
        return ref

    def _change(
        self, run_id: str, apply: Callable[[Content], Content], said: str, actor: Identity
    ) -> Ref | None:
        """Save a change of a run's document in the very dataset it is of, wherever that is moved meanwhile; None where the
        run has no document.

        Raises:
            Unavailable: it was elsewhere at each of several looks.
        """
        for look in range(1, _LOOKS + 1):
            run = self._known(run_id)
            if run is None:
                return None
            subject = f"{dataset_of(run)}: run {run_id[:8]} {said}"
            edit = Edit(run.ref, lambda before: apply(_of_run(before, run_id)), subject)
            try:
                with self._tree.hold(run) as folder:
                    self._documents.within(folder).apply(edit, actor=actor)
            except (Unavailable, NotFound):
                if look == _LOOKS:
                    raise
            else:
                return run.ref
        return None

    def _known(self, run_id: str) -> RunPlace | None:
        try:
            return self._tree.run(run_id)
        except NotFound:
            return None

    def _begin(self, facts: Facts) -> None:
        place = self._dataset(facts.dataset_path)
        with self._tree.hold(place) as folder:
            documents = self._documents.within(folder)
            structural = documents.read(structural_ref(place.path)).content
            inputs = [f["file_path"] for f in facts.answers.get("input_files", ())]
            chosen = t3_context.chosen_entries(structural, inputs)
            begins = {k: v for k, v in facts.answers.items() if k not in _END}
            previous = self._last_run(place, facts.template)
            change = t3_context.RunStarts(
                run_id=facts.run_id,
                dataset_path=place.path,
                template=facts.template,
                at=datetime.fromisoformat(facts.birth),
                actor=facts.actor,
                files=tuple(e["file_path"] for e in chosen),
                answers=_with_software(begins, previous),
            )
            schema = self._schemas.resolve(f"contextual/{facts.template}").body
            (edit,) = t3_context.plan(change, structural=structural, schema=schema, previous=previous)
            documents.create(edit.ref, edit.apply(None), actor=facts.actor, subject=edit.subject)

    def _dataset(self, path: str) -> DatasetPlace:
        for place in self._tree.datasets():
            if place.path == path:
                return place
        raise NotFound(f"{path} is not there, or has no documents yet")

    def _last_run(self, dataset: DatasetPlace, template: str) -> Content | None:
        contexts = [self._documents.read(run.ref).content for run in self._tree.runs(dataset.dataset_id)]
        same = [c for c in contexts if c.get("experiment_template_type") == template]
        return max(same, key=lambda c: str(c.get("birth_timestamp", "")), default=None)


def told(before: Content, answers: Mapping[str, Any]) -> Content:
    """A run's content with what is known now. What people typed meanwhile stays; so does the death of a run that was
    completed or abandoned while its process went on."""
    after = dict(before)
    for key, value in answers.items():
        if key in _PEOPLES and key in before:
            continue
        if key in _END and before.get("run_status") != "open":
            continue
        after[key] = {**value, **before.get(key, {})} if key in _MERGED else value
    return after


def _with_software(answers: Mapping[str, Any], previous: Content | None) -> dict[str, Any]:
    """Software we know for certain, beside what the last run named; ours wins where the names are the same."""
    key = "software_used_acquisition_analysis"
    ours = answers.get(key)
    if not ours:
        return dict(answers)
    names = {s["name"] for s in ours}
    others = [s for s in (previous or {}).get(key, ()) if s.get("name") not in names]
    return {**answers, key: [*others, *ours]}


def _of_run(before: Content | None, run_id: str) -> Content:
    """A run's content as it is now.

    Raises:
        Unavailable: another lies there, or none.
    """
    if before is None or before.get("experiment_identifier_run_id") != run_id:
        raise Unavailable(f"run {run_id} was moved just now; try again", retry_after=1)
    return before
