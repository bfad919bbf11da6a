"""A project or dataset that was a stub first takes `created_at` from its document, so that any order gives the same rows."""

from alembic import op

revision = "0006"
down_revision = "0005"

UPGRADE = """
CREATE OR REPLACE FUNCTION set_updated_at_timestamp() RETURNS TRIGGER AS $$
BEGIN
    IF NEW IS DISTINCT FROM OLD THEN
        NEW.updated_at := clock_timestamp();
    END IF;
    IF TG_TABLE_NAME = 'project_detail' THEN
        IF OLD.details IS NULL AND NEW.details IS NOT NULL THEN
            RETURN NEW;
        END IF;
    ELSIF TG_TABLE_NAME = 'dataset_detail' THEN
        IF OLD.administrative IS NULL AND NEW.administrative IS NOT NULL THEN
            RETURN NEW;
        END IF;
    END IF;
    NEW.created_at := OLD.created_at;
    RETURN NEW;
END;
$$ LANGUAGE plpgsql;
"""


def upgrade() -> None:
    op.get_bind().exec_driver_sql(UPGRADE, execution_options={"no_parameters": True})
