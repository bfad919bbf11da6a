"""Trigger 1: a dataset folder appeared; it gets its administrative and structural documents, linked to the project."""

from datetime import UTC

from mdjourney_backend.changes import Content, DatasetAppeared, Edit
from mdjourney_backend.layout import administrative_ref, structural_ref


def plan(change: DatasetAppeared) -> list[Edit]:
    """Both documents of a dataset. Those that are there already are never regenerated."""
    links: Content = {
        "dataset_identifier": change.identifier,
        "associated_project_identifier": change.project_id,
    }

    def administrative(content: Content | None) -> Content:
        return dict(links) if content is None else content

    def structural(content: Content | None) -> Content:
        if content is not None:
            return content
        created = change.created.astimezone(UTC).date().isoformat()
        return {**links, "date_created": created, "file_descriptions": []}

    subject = f"{change.path}: new dataset"
    return [
        Edit(administrative_ref(change.path), administrative, subject),
        Edit(structural_ref(change.path), structural, subject),
    ]
