"""Tables the specification implies: datasets, files, documents, search, queue, liveness, events, audit."""

from alembic import op

revision = "0003"
down_revision = "0002"

UPGRADE = """
-- projected: rebuilt from files at will

CREATE TABLE sync_origin (
    origin_id  UUID PRIMARY KEY,
    host       TEXT,
    root_path  TEXT,
    first_seen TIMESTAMPTZ NOT NULL DEFAULT now(),
    last_seen  TIMESTAMPTZ NOT NULL DEFAULT now()
);

CREATE TABLE dataset_detail (
    dataset_id     VARCHAR(255) PRIMARY KEY CHECK (btrim(dataset_id) <> ''),
    project_id     VARCHAR(255) REFERENCES project_detail(project_id),
    title          TEXT,
    rel_path       TEXT,
    administrative JSONB CHECK (administrative IS NULL OR jsonb_typeof(administrative) = 'object'),
    structural     JSONB CHECK (structural IS NULL OR jsonb_typeof(structural) = 'object'),
    state          SMALLINT NOT NULL DEFAULT 0 CHECK (state BETWEEN 0 AND 2),
    files          INTEGER NOT NULL DEFAULT 0,
    bytes          BIGINT NOT NULL DEFAULT 0,
    created_at     TIMESTAMPTZ NOT NULL DEFAULT now(),
    updated_at     TIMESTAMPTZ NOT NULL DEFAULT now(),
    deleted_at     TIMESTAMPTZ,
    origin_id      UUID
);
CREATE INDEX dataset_project ON dataset_detail (project_id, dataset_id);
CREATE INDEX dataset_recent ON dataset_detail (created_at DESC, dataset_id DESC);
CREATE TRIGGER dataset_detail_set_updated_at BEFORE UPDATE ON dataset_detail
    FOR EACH ROW EXECUTE FUNCTION set_updated_at_timestamp();

CREATE TABLE trial_dataset (
    trial_id   VARCHAR(255) NOT NULL REFERENCES trial_detail(trial_id) ON DELETE CASCADE,
    dataset_id VARCHAR(255) NOT NULL REFERENCES dataset_detail(dataset_id) ON DELETE CASCADE,
    PRIMARY KEY (trial_id, dataset_id)
);
CREATE INDEX trial_dataset_dataset ON trial_dataset (dataset_id, trial_id);

CREATE TABLE file_entry (
    file_id       BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    dataset_id    VARCHAR(255) NOT NULL REFERENCES dataset_detail(dataset_id) ON DELETE CASCADE,
    path          TEXT NOT NULL,
    extension     TEXT,
    mime_type     TEXT,
    size_bytes    BIGINT,
    checksum      TEXT,
    modified_at   TIMESTAMPTZ,
    status        VARCHAR(20) NOT NULL DEFAULT 'present',
    state         SMALLINT NOT NULL DEFAULT 1 CHECK (state BETWEEN 0 AND 2),
    role          VARCHAR(40),
    technical     JSONB,
    entry_sha256  CHAR(64) NOT NULL,
    UNIQUE (dataset_id, path)
);
CREATE INDEX file_checksum ON file_entry (checksum);

CREATE TABLE metadata_document (
    doc_id           BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    origin_id        UUID NOT NULL REFERENCES sync_origin(origin_id) ON DELETE CASCADE,
    rel_path         TEXT NOT NULL,
    kind             VARCHAR(40) NOT NULL,
    entity_id        VARCHAR(255),
    project_id       VARCHAR(255),
    dataset_id       VARCHAR(255),
    trial_id         VARCHAR(255),
    sha256           CHAR(64) NOT NULL,
    size_bytes       BIGINT NOT NULL,
    content          JSONB,
    problem          TEXT,
    git_commit       VARCHAR(64),
    synced_at        TIMESTAMPTZ NOT NULL DEFAULT now(),
    deleted_at       TIMESTAMPTZ,
    UNIQUE (origin_id, rel_path)
);
CREATE INDEX document_project ON metadata_document (project_id, kind);
CREATE INDEX document_dataset ON metadata_document (dataset_id, kind);
CREATE INDEX document_trial ON metadata_document (trial_id, kind);
CREATE INDEX document_entity ON metadata_document (kind, entity_id);

-- the same identifier claimed by another tree: written down, never settled by whoever wrote last
CREATE TABLE sync_conflict (
    origin_id        UUID NOT NULL REFERENCES sync_origin(origin_id) ON DELETE CASCADE,
    rel_path         TEXT NOT NULL,
    kind             VARCHAR(40) NOT NULL,
    entity_id        VARCHAR(255) NOT NULL,
    holder_origin_id UUID NOT NULL,
    seen_at          TIMESTAMPTZ NOT NULL DEFAULT now(),
    PRIMARY KEY (origin_id, rel_path)
);

CREATE TABLE project_edges (
    edge_id            UUID PRIMARY KEY DEFAULT gen_random_uuid(),
    source_project_id  VARCHAR(255) NOT NULL REFERENCES project_detail(project_id) ON DELETE CASCADE ON UPDATE CASCADE,
    target_entity_id   VARCHAR(255) NOT NULL,
    target_entity_type VARCHAR(50) NOT NULL CHECK (target_entity_type IN ('trial', 'project', 'tag')),
    CHECK (NOT (target_entity_type = 'project' AND target_entity_id = source_project_id)),
    UNIQUE (source_project_id, target_entity_type, target_entity_id)
);
CREATE INDEX project_edges_target ON project_edges (target_entity_type, target_entity_id, source_project_id);
CREATE VIEW entity_edges AS
    SELECT edge_id, 'trial'::VARCHAR(50) AS source_entity_type, source_trial_id AS source_entity_id,
           target_entity_type, target_entity_id FROM graph_edges
    UNION ALL
    SELECT edge_id, 'project', source_project_id, target_entity_type, target_entity_id FROM project_edges;

-- search: kept by the connector, never on the path of a birth or an edit
CREATE TABLE search_document (
    kind       VARCHAR(20) NOT NULL,
    entity_id  VARCHAR(255) NOT NULL,
    project_id VARCHAR(255),
    user_id    VARCHAR(255),
    user_domain VARCHAR(255),
    title      TEXT,
    status     VARCHAR(20),
    at         TIMESTAMPTZ NOT NULL,
    tags       TEXT[] NOT NULL DEFAULT '{}',
    tsv        TSVECTOR NOT NULL,
    PRIMARY KEY (kind, entity_id)
);
CREATE INDEX search_tsv ON search_document USING gin (tsv);
CREATE INDEX search_tags ON search_document USING gin (tags);
CREATE INDEX search_recent ON search_document (at DESC, kind DESC, entity_id DESC);
CREATE INDEX search_project_recent ON search_document (project_id, at DESC, kind DESC, entity_id DESC);
CREATE INDEX search_status ON search_document (status, at DESC);

CREATE TABLE entity_field (
    kind       VARCHAR(20) NOT NULL,
    entity_id  VARCHAR(255) NOT NULL,
    project_id VARCHAR(255),
    field      TEXT NOT NULL,
    text_value TEXT,
    num_value  DOUBLE PRECISION,
    FOREIGN KEY (kind, entity_id) REFERENCES search_document(kind, entity_id) ON DELETE CASCADE
);
CREATE INDEX entity_field_entity ON entity_field (kind, entity_id);
CREATE INDEX entity_field_text ON entity_field (field, text_value);
CREATE INDEX entity_field_number ON entity_field (field, num_value) WHERE num_value IS NOT NULL;

-- the connector's work: changed JSON is queued in the transaction that changes it
CREATE TABLE connector_queue (
    queue_id    BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    entity_type VARCHAR(20) NOT NULL,
    entity_id   VARCHAR(255) NOT NULL,
    enqueued_at TIMESTAMPTZ NOT NULL DEFAULT now(),
    attempts    INTEGER NOT NULL DEFAULT 0,
    not_before  TIMESTAMPTZ NOT NULL DEFAULT now(),
    parked      BOOLEAN NOT NULL DEFAULT FALSE,
    last_error  TEXT
);
CREATE INDEX connector_due ON connector_queue (queue_id) WHERE NOT parked;

CREATE FUNCTION enqueue_trial() RETURNS TRIGGER AS $$
BEGIN
    INSERT INTO connector_queue (entity_type, entity_id) VALUES ('trial', NEW.trial_id);
    RETURN NULL;
END;
$$ LANGUAGE plpgsql;
CREATE FUNCTION enqueue_project() RETURNS TRIGGER AS $$
BEGIN
    INSERT INTO connector_queue (entity_type, entity_id) VALUES ('project', NEW.project_id);
    RETURN NULL;
END;
$$ LANGUAGE plpgsql;
CREATE FUNCTION enqueue_dataset() RETURNS TRIGGER AS $$
BEGIN
    INSERT INTO connector_queue (entity_type, entity_id) VALUES ('dataset', NEW.dataset_id);
    RETURN NULL;
END;
$$ LANGUAGE plpgsql;
CREATE TRIGGER trial_connector_i AFTER INSERT ON trial_detail
    FOR EACH ROW EXECUTE FUNCTION enqueue_trial();
CREATE TRIGGER trial_connector_u AFTER UPDATE ON trial_detail
    FOR EACH ROW WHEN (OLD IS DISTINCT FROM NEW) EXECUTE FUNCTION enqueue_trial();
CREATE TRIGGER project_connector_i AFTER INSERT ON project_detail
    FOR EACH ROW EXECUTE FUNCTION enqueue_project();
CREATE TRIGGER project_connector_u AFTER UPDATE ON project_detail
    FOR EACH ROW WHEN (OLD IS DISTINCT FROM NEW) EXECUTE FUNCTION enqueue_project();
CREATE TRIGGER dataset_connector_i AFTER INSERT ON dataset_detail
    FOR EACH ROW EXECUTE FUNCTION enqueue_dataset();
CREATE TRIGGER dataset_connector_u AFTER UPDATE ON dataset_detail
    FOR EACH ROW WHEN (OLD IS DISTINCT FROM NEW) EXECUTE FUNCTION enqueue_dataset();

CREATE TABLE trial_liveness (
    trial_id  VARCHAR(255) PRIMARY KEY REFERENCES trial_detail(trial_id) ON DELETE CASCADE,
    holder    TEXT NOT NULL,
    last_seen TIMESTAMPTZ NOT NULL DEFAULT now(),
    lease     INTERVAL NOT NULL DEFAULT '2 minutes'
) WITH (fillfactor = 50);

-- primary: lives only here, dumped by `db dump`, untouched by a rebuild

CREATE TABLE trial_event (
    event_id      BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    trial_id      VARCHAR(255) NOT NULL,
    at            TIMESTAMPTZ NOT NULL DEFAULT now(),
    event         VARCHAR(40) NOT NULL,
    actor_user_id VARCHAR(255),
    actor_domain  VARCHAR(255),
    detail        JSONB
);
CREATE INDEX trial_event_trial ON trial_event (trial_id, event_id);

CREATE TABLE document_event (
    event_id      BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at            TIMESTAMPTZ NOT NULL,
    synced_at     TIMESTAMPTZ NOT NULL DEFAULT now(),
    origin_id     UUID NOT NULL,
    rel_path      TEXT NOT NULL,
    kind          VARCHAR(40) NOT NULL,
    project_id    VARCHAR(255),
    dataset_id    VARCHAR(255),
    trial_id      VARCHAR(255),
    sha256        CHAR(64),
    subject       TEXT,
    actor_user_id VARCHAR(255),
    actor_domain  VARCHAR(255)
);
CREATE INDEX document_event_project ON document_event (project_id, event_id DESC);
CREATE INDEX document_event_trial ON document_event (trial_id, event_id);

CREATE TABLE audit_event (
    event_id      BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at            TIMESTAMPTZ NOT NULL DEFAULT now(),
    actor_user_id VARCHAR(255) NOT NULL,
    actor_domain  VARCHAR(255) NOT NULL,
    action        VARCHAR(60) NOT NULL,
    object_type   VARCHAR(40) NOT NULL,
    object_id     VARCHAR(255) NOT NULL,
    project_id    VARCHAR(255),
    detail        JSONB
);
CREATE INDEX audit_project ON audit_event (project_id, event_id DESC);

CREATE FUNCTION refuse_change() RETURNS TRIGGER AS $$
BEGIN
    RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'insufficient_privilege';
END;
$$ LANGUAGE plpgsql;
CREATE TRIGGER trial_event_append_only BEFORE UPDATE OR DELETE ON trial_event
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER audit_event_append_only BEFORE UPDATE OR DELETE ON audit_event
    FOR EACH ROW EXECUTE FUNCTION refuse_change();

-- a role that was given once because a tree appeared is not given again after somebody took it away
CREATE TABLE automatic_grant (
    user_id    VARCHAR(255) NOT NULL,
    domain     VARCHAR(255) NOT NULL,
    project_id VARCHAR(255) NOT NULL,
    granted_at TIMESTAMPTZ NOT NULL DEFAULT now(),
    PRIMARY KEY (user_id, domain, project_id)
);

CREATE TABLE idempotency_key (
    user_id    VARCHAR(255) NOT NULL,
    domain     VARCHAR(255) NOT NULL,
    key        VARCHAR(255) NOT NULL,
    request    CHAR(64) NOT NULL,
    response   JSONB NOT NULL,
    created_at TIMESTAMPTZ NOT NULL DEFAULT now(),
    PRIMARY KEY (user_id, domain, key)
);

CREATE TABLE saved_search (
    saved_search_id UUID PRIMARY KEY DEFAULT gen_random_uuid(),
    user_id         VARCHAR(255) NOT NULL,
    domain          VARCHAR(255) NOT NULL,
    name            VARCHAR(255) NOT NULL CHECK (btrim(name) <> ''),
    query           TEXT NOT NULL,
    created_at      TIMESTAMPTZ NOT NULL DEFAULT now(),
    updated_at      TIMESTAMPTZ NOT NULL DEFAULT now(),
    UNIQUE (user_id, domain, name)
);
"""


def upgrade() -> None:
    op.get_bind().exec_driver_sql(UPGRADE, execution_options={"no_parameters": True})
