"""Where the values a document began with came from: the rules that filled it in are asked again, with what they were
given then, and only what they answer alike is said."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, Final

from mdjourney_backend.changes import Content, Ref
from mdjourney_backend.documents import Document, editing
from mdjourney_backend.documents.inheritance import inherited
from mdjourney_backend.history.recorder import History
from mdjourney_backend.layout import METADATA, project_ref, structural_ref
from mdjourney_backend.origins.deciding import Asked, Beginning, Origin, made_by
from mdjourney_backend.origins.past import Step, read
from mdjourney_backend.triggers import t3_context
from mdjourney_contract.people import Identity
from mdjourney_contract.problems import MDJourneyError, NotFound

#: Field of a run -> member of a file entry that tells it.
_TOLD_BY: Final[Mapping[str, str]] = {
    "software_used_acquisition_analysis": "acquisition_software",
    "instrument_settings_run_parameters": "instrument_settings",
    "instrument_used_link": "instrument_detected",
}
_LINKS: Final = "links_to_raw_data_files"
_NOBODY: Final = Identity(user_id="nobody")


def of_dataset(history: History, ref: Ref) -> Beginning:
    """What a dataset's administrative document took over from its project."""

    def recorded(step: Step, wanted: Ref) -> Document:
        if step.commit is None:
            raise NotFound("not recorded yet")
        raw = history.content(step.commit, wanted.path)
        return Document.of(wanted, read(raw, None), raw)

    def begun(step: Step) -> Asked:
        given = inherited(lambda wanted: recorded(step, wanted), Ref(ref.kind, step.path), {})
        project = project_ref(_dataset_of(ref.path).rpartition("/")[0]).path

        def asked(pointer: str) -> Origin | None:
            if editing.field(given, pointer) != editing.field(step.after, pointer):
                return None
            return Origin("inherited", None, step.at, step.commit, {"document": project})

        return asked

    return begun


def of_run(
    history: History,
    ref: Ref,
    schema: Mapping[str, Any],
    runs: Mapping[str, Content],
    instruments: Sequence[Content],
) -> Beginning:
    """What a run began with: from files, from the last run of its kind, from whoever started it.

    Args:
        schema: that of its template.
        runs: path -> context, of every run of the dataset.
        instruments: those of the tree.
    """
    return lambda step: _RunBegan(history, ref, schema, runs, instruments, step).asked


@dataclass
class _RunBegan:
    history: History
    ref: Ref
    schema: Mapping[str, Any]
    runs: Mapping[str, Content]
    instruments: Sequence[Content]
    step: Step

    def asked(self, pointer: str) -> Origin | None:
        """The origin of one of the first values."""
        step = self.step
        key = pointer.split("/")[1]
        value = editing.field(step.after, pointer)
        if key == _LINKS:
            return self._of_links(value)
        if key == "experimenters":
            return made_by(step, "system") if _is_person(value, step) else None
        if key in _TOLD_BY and value == editing.field(self._from_files, pointer):
            source = self._file(key, pointer, value)
            return None if source is None else Origin("file", None, step.at, step.commit, source)
        if self._previous is not None and value == editing.field(self._previous[1], pointer):
            return Origin("copied", None, step.at, step.commit, {"run": self._previous[0]})
        return made_by(step, "system") if self._captured else None

    @property
    def _captured(self) -> bool:
        """Whether a command that was run began it, rather than a person."""
        return "command" in self.step.after

    def _of_links(self, value: Any) -> Origin | None:
        """All raw files that were there: listed by the system; others: somebody chose them."""
        if not self._structural:
            return None
        if self._planned(None).get(_LINKS) == value:
            source = {"document": structural_ref(_dataset_of(self.ref.path)).path}
            return replace(made_by(self.step, "system"), by=None, source=source)
        return made_by(self.step, "system" if self._captured else "typed")

    @cached_property
    def _from_files(self) -> Content:
        links = self.step.after.get(_LINKS)
        return self._planned(tuple(links) if isinstance(links, list) else None)

    def _planned(self, files: tuple[str, ...] | None) -> Content:
        """What the trigger makes of files alone, for a person without a name."""
        if not self._structural:
            return {}
        started = t3_context.RunStarts(
            run_id="",
            dataset_path=_dataset_of(self.step.path),
            template="",
            at=self.step.at,
            actor=_NOBODY,
            files=files,
        )
        (edit,) = t3_context.plan(
            started, structural=self._structural, schema=self.schema, instruments=self.instruments
        )
        return edit.apply(None)

    @cached_property
    def _structural(self) -> Content:
        """The dataset's files as they were then."""
        found = self._recorded(structural_ref(_dataset_of(self.step.path)).path)
        return found if "dataset_identifier" in found else {}

    @cached_property
    def _previous(self) -> tuple[str, Content] | None:
        """The last run of the same template that had begun by then, as it was then."""
        template, born = (self.step.after.get(k) for k in ("experiment_template_type", "birth_timestamp"))
        earlier = [
            (str(c.get("birth_timestamp", "")), path)
            for path, c in self.runs.items()
            if path != self.ref.path
            and c.get("experiment_template_type") == template
            and str(c.get("birth_timestamp", "")) <= str(born)
        ]
        if not earlier:
            return None
        path = max(earlier)[1]
        content = self._recorded(_dataset_of(self.step.path) + path.removeprefix(_dataset_of(path)))
        return str(content.get("experiment_identifier_run_id", "")), content

    def _recorded(self, path: str) -> Content:
        if self.step.commit is None:
            return {}
        try:
            return read(self.history.content(self.step.commit, path), None)
        except MDJourneyError:  # not there then, or not to be read: nothing is said of it
            return {}

    def _file(self, key: str, pointer: str, value: Any) -> dict[str, str] | None:
        """The first file that tells a value, or a part of a list."""
        for entry in t3_context.chosen_entries(self._structural, None):
            if not entry.get(_TOLD_BY[key]):
                continue
            told = editing.field(self._planned((entry["file_path"],)), pointer)
            part = isinstance(value, list) and isinstance(told, list) and any(v in value for v in told)
            if part or told == value:
                return {"file": entry["file_path"], "dataset": self._structural["dataset_identifier"]}
        return None


def _dataset_of(path: str) -> str:
    return path.partition(f"/{METADATA}/")[0]


def _is_person(value: Any, step: Step) -> bool:
    """Whether a list of people is just the person who made a change."""
    return value in ([{"name": step.name}], [{"name": step.name, "email": step.email}])


def of_nothing() -> Beginning:
    """Of a document that nothing is filled in of."""
    return lambda step: lambda pointer: None
