"""How a trial ended, and what lists show of its metadata, as columns of their own; history that nobody changes.

Lists unpacked the whole metadata of every trial they showed, and walked all trials for a rare status.
"""

from alembic import op

revision = "0010"
down_revision = "0009"

UPGRADE = """
-- a trigger before the row is written does not see what is generated yet
CREATE OR REPLACE FUNCTION set_updated_at_timestamp() RETURNS TRIGGER AS $$
BEGIN
    IF TG_TABLE_NAME = 'trial_detail' THEN
        OLD.status := NEW.status;
        OLD.experiment_name := NEW.experiment_name;
        OLD.experiment_template_type := NEW.experiment_template_type;
    END IF;
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

ALTER TABLE trial_detail
    ADD COLUMN status TEXT GENERATED ALWAYS AS (
        CASE WHEN metadata ->> 'run_status' = 'abandoned' THEN 'abandoned' WHEN death_timestamp IS NULL THEN 'alive'
            WHEN clean_exit THEN 'clean' ELSE 'unclean' END
    ) STORED,
    ADD COLUMN experiment_name TEXT GENERATED ALWAYS AS (metadata ->> 'experiment_name') STORED,
    ADD COLUMN experiment_template_type TEXT GENERATED ALWAYS AS (metadata ->> 'experiment_template_type') STORED;
CREATE INDEX trial_status ON trial_detail (status, birth_timestamp DESC, trial_id DESC);
CREATE INDEX trial_project_status ON trial_detail (project_id, status, birth_timestamp DESC, trial_id DESC);

CREATE TRIGGER document_event_append_only BEFORE UPDATE OR DELETE ON document_event
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER trial_event_not_emptied BEFORE TRUNCATE ON trial_event
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER document_event_not_emptied BEFORE TRUNCATE ON document_event
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER audit_event_not_emptied BEFORE TRUNCATE ON audit_event
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
"""


def upgrade() -> None:
    op.get_bind().exec_driver_sql(UPGRADE, execution_options={"no_parameters": True})
