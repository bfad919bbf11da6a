"""What the specification means but its DDL does not state: constraints and indexes on its own tables.

Roles are primary rows: nothing that happens to a project or a person removes one. Rows that came from files are
marked with `deleted_at`, not deleted.
"""

from alembic import op

revision = "0002"
down_revision = "0001"

UPGRADE = """
ALTER TABLE user_detail
    DROP CONSTRAINT fk_user_created_by,
    ADD CONSTRAINT fk_user_created_by FOREIGN KEY (created_by_user_id, created_by_domain)
        REFERENCES user_detail(user_id, domain) MATCH FULL DEFERRABLE INITIALLY DEFERRED,
    ADD CONSTRAINT user_key_not_blank CHECK (btrim(user_id) <> '' AND btrim(domain) <> '');

ALTER TABLE project_detail
    DROP CONSTRAINT fk_project_created_by,
    ADD CONSTRAINT fk_project_created_by FOREIGN KEY (created_by_user_id, created_by_domain)
        REFERENCES user_detail(user_id, domain) MATCH FULL DEFERRABLE INITIALLY IMMEDIATE,
    ADD CONSTRAINT project_id_not_blank CHECK (btrim(project_id) <> ''),
    ADD CONSTRAINT project_details_object CHECK (details IS NULL OR jsonb_typeof(details) = 'object'),
    ADD COLUMN deleted_at TIMESTAMPTZ,
    ADD COLUMN origin_id UUID,
    ADD COLUMN rel_path TEXT;

ALTER TABLE trial_detail
    DROP CONSTRAINT fk_trial_user,
    ADD CONSTRAINT fk_trial_user FOREIGN KEY (user_id, user_domain)
        REFERENCES user_detail(user_id, domain) MATCH FULL DEFERRABLE INITIALLY IMMEDIATE,
    ADD CONSTRAINT trial_id_not_blank CHECK (btrim(trial_id) <> ''),
    ADD CONSTRAINT trial_metadata_object CHECK (metadata IS NULL OR jsonb_typeof(metadata) = 'object'),
    ADD CONSTRAINT trial_times CHECK (death_timestamp >= birth_timestamp),
    ADD CONSTRAINT trial_clean_needs_death CHECK (NOT clean_exit OR death_timestamp IS NOT NULL),
    ALTER COLUMN clean_exit SET NOT NULL,
    ADD COLUMN deleted_at TIMESTAMPTZ,
    ADD COLUMN origin_id UUID,
    ADD COLUMN recorded_by VARCHAR(20) NOT NULL DEFAULT 'api'
        CONSTRAINT trial_recorded_by CHECK (recorded_by IN ('api', 'document', 'stub'));

ALTER TABLE graph_edges
    DROP CONSTRAINT graph_edges_source_trial_id_fkey,
    ADD CONSTRAINT graph_edges_source_trial_id_fkey FOREIGN KEY (source_trial_id)
        REFERENCES trial_detail(trial_id) ON DELETE CASCADE ON UPDATE CASCADE,
    ADD CONSTRAINT graph_edges_target_kind CHECK (target_entity_type IN ('trial', 'project', 'tag')),
    ADD CONSTRAINT graph_edges_no_self
        CHECK (NOT (target_entity_type = 'trial' AND target_entity_id = source_trial_id)),
    ADD CONSTRAINT graph_edges_unique UNIQUE (source_trial_id, target_entity_type, target_entity_id);

CREATE INDEX graph_edges_target ON graph_edges (target_entity_type, target_entity_id, source_trial_id);
CREATE INDEX trial_recent ON trial_detail (birth_timestamp DESC, trial_id DESC);
CREATE INDEX trial_project_recent ON trial_detail (project_id, birth_timestamp DESC, trial_id DESC);
CREATE INDEX trial_user ON trial_detail (user_id, user_domain, birth_timestamp DESC);
CREATE INDEX trial_open ON trial_detail (birth_timestamp) WHERE death_timestamp IS NULL;
CREATE INDEX role_by_project ON user_project_role_linking (project_id, role);

CREATE OR REPLACE FUNCTION set_updated_at_timestamp() RETURNS TRIGGER AS $$
BEGIN
    IF NEW IS DISTINCT FROM OLD THEN
        NEW.updated_at := clock_timestamp();
    END IF;
    NEW.created_at := OLD.created_at;
    RETURN NEW;
END;
$$ LANGUAGE plpgsql;
"""


def upgrade() -> None:
    op.get_bind().exec_driver_sql(UPGRADE, execution_options={"no_parameters": True})
