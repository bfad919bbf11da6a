"""Indexes that go by project, so that nobody's rows are found behind those of projects they do not see."""

from alembic import op

revision = "0008"
down_revision = "0007"

UPGRADE = """
-- newest first in one project (decision 0102)
CREATE INDEX search_project_status ON search_document (project_id, status, at DESC, kind DESC, entity_id DESC);
-- trials that belong to a person and to no project
CREATE INDEX trial_own ON trial_detail (user_id, user_domain, birth_timestamp DESC, trial_id DESC) WHERE project_id IS NULL;
"""


def upgrade() -> None:
    op.get_bind().exec_driver_sql(UPGRADE, execution_options={"no_parameters": True})
