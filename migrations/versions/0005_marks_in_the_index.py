"""Marks beside the words of a search row (labels, neighbours, spans of time), numbers by time.

Search rows are derived: they are dropped here and the connector makes them again.
"""

from alembic import op

revision = "0005"
down_revision = "0004"

UPGRADE = """
TRUNCATE search_document, entity_field, label_use;

-- only the vector lies beside its row: identifiers beside theirs cost more than all else in a search
ALTER TABLE search_document ALTER COLUMN kind SET STORAGE MAIN, ALTER COLUMN entity_id SET STORAGE MAIN,
    ALTER COLUMN project_id SET STORAGE MAIN, ALTER COLUMN user_id SET STORAGE MAIN,
    ALTER COLUMN user_domain SET STORAGE MAIN, ALTER COLUMN status SET STORAGE MAIN;
-- the 2,000 most frequent lexemes are counted: which way of a search is short depends on them
ALTER TABLE search_document ALTER COLUMN tsv SET STATISTICS 200;

-- a number that many have is walked from the newest; the index holds all that is looked at
CREATE INDEX entity_field_recent ON entity_field (field, at DESC, kind DESC, entity_id DESC)
    INCLUDE (num_value, project_id) WHERE num_value IS NOT NULL;

-- beside the words of a path, spans of numbers the file lies in
DROP INDEX file_words;
CREATE INDEX file_words ON file_entry USING gin
    ((to_tsvector('simple'::regconfig, translate(path, '/\\_.-+,;:()[]{}@#=&~!\'\'', '                      '))
    || array_to_tsvector(ARRAY['@8.' || to_hex(file_id >> 8), '@c.' || to_hex(file_id >> 12),
    '@10.' || to_hex(file_id >> 16), '@14.' || to_hex(file_id >> 20), '@18.' || to_hex(file_id >> 24)])));

INSERT INTO connector_queue (entity_type, entity_id) SELECT 'project', project_id FROM project_detail;
INSERT INTO connector_queue (entity_type, entity_id) SELECT 'dataset', dataset_id FROM dataset_detail;
INSERT INTO connector_queue (entity_type, entity_id) SELECT 'trial', trial_id FROM trial_detail;
"""


def upgrade() -> None:
    op.get_bind().exec_driver_sql(UPGRADE, execution_options={"no_parameters": True})
