"""How many documents carry a field, kept beside the rows as labels are; an index that nothing asks, gone.

A death changed only what that index was made of: without it, an edit and a death of a trial touch no index (decision 0029).
"""

from alembic import op

revision = "0007"
down_revision = "0006"

UPGRADE = """
-- how many trials, projects and datasets carry a field (`any`), a text or a number in it: by project, and of all under ''
CREATE TABLE field_use (
    project_id VARCHAR(255) NOT NULL,
    field      TEXT COLLATE "C" NOT NULL,
    holds      TEXT COLLATE "C" NOT NULL CHECK (holds IN ('any', 'text', 'number')),
    uses       BIGINT NOT NULL,
    PRIMARY KEY (project_id, field, holds)
);
WITH carried AS (
    SELECT COALESCE(project_id, '') AS project_id, field, bool_or(text_value IS NOT NULL) AS text,
        bool_or(num_value IS NOT NULL) AS number
    FROM entity_field WHERE field <> '#' GROUP BY COALESCE(project_id, ''), field, kind, entity_id
), counted AS (
    SELECT project_id, field, count(*) AS uses, count(*) FILTER (WHERE text) AS texts, count(*) FILTER (WHERE number) AS numbers
    FROM carried GROUP BY project_id, field
)
INSERT INTO field_use (project_id, field, holds, uses)
SELECT p.project_id, c.field, h.holds, sum(h.uses) FROM counted c
CROSS JOIN LATERAL (SELECT '' AS project_id UNION SELECT c.project_id) p
CROSS JOIN LATERAL (VALUES ('any', c.uses), ('text', c.texts), ('number', c.numbers)) h(holds, uses)
WHERE h.uses > 0 GROUP BY p.project_id, c.field, h.holds;

DROP INDEX trial_open;
"""


def upgrade() -> None:
    op.get_bind().exec_driver_sql(UPGRADE, execution_options={"no_parameters": True})
