"""Trigger 0: a project folder appeared; it gets `project_descriptive.json` with its identifier."""

from mdjourney_backend.changes import Content, Edit, ProjectAppeared
from mdjourney_backend.layout import project_ref


def plan(change: ProjectAppeared) -> list[Edit]:
    """The document of a new project. What is there already is never regenerated."""

    def apply(content: Content | None) -> Content:
        if content is not None:
            return content
        made: Content = {"project_identifier": change.identifier}
        if change.derived_from is not None:
            made["derived_from"] = change.derived_from
        return made

    return [Edit(project_ref(change.path), apply, f"{change.path}: new project")]
