"""Labels: what a search row is counted under, and how many rows carry each, kept beside the rows."""

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Final

from mdjourney_store.connection import Connection
from mdjourney_store.fields import Field

#: Facets beside kind, status, project, user and tag.
FACET_FIELDS: Final = (
    "experiment_template_type",
    "qc_assessment",
    "run_status",
    "instrument_used_link",
    "license",
)
#: Between a label's facet and its value.
SEPARATOR: Final = "\x1f"
_LONGEST: Final = 200

#: (project, or '' for all of them; facet; value) -> how many more, or fewer, rows carry it.
Counts = Counter[tuple[str, str, str]]


def label(facet: str, value: str) -> str:
    """What a row is counted under that has this value; of long values the beginning."""
    return f"{facet}{SEPARATOR}{value[:_LONGEST]}"


def labels_of(own: Iterable[tuple[str, str | None]], fields: Sequence[Field]) -> list[str]:
    """Labels made of an entity's own members and of its fields that are facets."""
    found = [*own, *((field.name, field.text) for field in fields if field.name in FACET_FIELDS)]
    return [label(facet, value) for facet, value in found if value]


def counted(connection: Connection, kind: str, identifiers: Sequence[str]) -> Counts:
    """What these entities count for as they are indexed now."""
    counts = Counts()
    for row in connection.execute(
        "SELECT project_id, labels FROM search_document WHERE kind = %s AND entity_id = ANY(%s)",
        (kind, list(identifiers)),
    ):
        for label in row["labels"]:
            facet, _, value = label.partition(SEPARATOR)
            for project in {"", row["project_id"] or ""}:
                counts[project, facet, value] += 1
    return counts


def put_counts(connection: Connection, counts: Counts) -> None:
    """Add to what is kept; rows are locked in the order of their keys."""
    changed = sorted((key, number) for key, number in counts.items() if number)
    if not changed:
        return
    keys = [[key[part] for key, _ in changed] for part in range(3)]
    connection.execute(
        "INSERT INTO label_use AS u (project_id, facet, value, uses)"
        " SELECT * FROM unnest(%s::text[], %s::text[], %s::text[], %s::bigint[])"
        " ON CONFLICT (project_id, facet, value) DO UPDATE SET uses = u.uses + excluded.uses",
        [*keys, [number for _, number in changed]],
    )
    less = [key for key, number in changed if number < 0]
    if less:
        connection.execute(
            "DELETE FROM label_use u USING unnest(%s::text[], %s::text[], %s::text[]) AS k(project_id, facet, value)"
            " WHERE (u.project_id, u.facet, u.value) = (k.project_id, k.facet, k.value) AND u.uses = 0",
            [[key[part] for key in less] for part in range(3)],
        )
