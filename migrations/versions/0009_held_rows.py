"""Moments that every client can read; conflicts with what the store itself holds.

A moment before the year 1 or after 9999 in UTC is one Python cannot read: one such row made every list it was on fail.
"""

from alembic import op

revision = "0009"
down_revision = "0008"

#: Columns that come from documents or requests.
MOMENTS = {
    "project_detail": ("created_at",),
    "dataset_detail": ("created_at",),
    "file_entry": ("modified_at",),
    "trial_detail": ("birth_timestamp", "death_timestamp"),
    "trial_event": ("at",),
    "document_event": ("at",),
    "search_document": ("at",),
    "entity_field": ("at",),
}
FIRST, LAST = "timestamptz '0001-01-02 00:00Z'", "timestamptz '9999-12-30 00:00Z'"


def _bounded(table: str, column: str) -> str:
    return (
        f"ALTER TABLE {table} DISABLE TRIGGER USER;"
        f"UPDATE {table} SET {column} = least(greatest({column}, {FIRST}), {LAST})"
        f" WHERE {column} NOT BETWEEN {FIRST} AND {LAST};"
        f"ALTER TABLE {table} ADD CONSTRAINT {table}_{column}_readable CHECK ({column} BETWEEN {FIRST} AND {LAST});"
        f"ALTER TABLE {table} ENABLE TRIGGER USER;"
    )


def upgrade() -> None:
    bounded = "".join(_bounded(table, column) for table, columns in MOMENTS.items() for column in columns)
    op.get_bind().exec_driver_sql(
        f"{bounded} ALTER TABLE sync_conflict ALTER COLUMN holder_origin_id DROP NOT NULL",
        execution_options={"no_parameters": True},
    )
