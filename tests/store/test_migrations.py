"""Upgrades: by any number of starters, never backwards, with the rights a backend needs and no others."""

import threading
from typing import Any

import psycopg
import pytest
from alembic.config import Config
from alembic.script import ScriptDirectory

from mdjourney_contract.data import migrations
from mdjourney_store.connection import Store
from mdjourney_store.embedded import Urls
from mdjourney_store.migrate import revision, upgrade
from mdjourney_store.problems import NewerDatabase, StoreAway, WrongRevision
from mdjourney_store.projection import Projection
from mdjourney_store.revision import HEAD
from mdjourney_store.rows import Origin

SPEC_COLUMNS = {
    "project_detail": {
        "project_id": "character varying(255)", "name": "character varying(255)", "details": "jsonb",
        "created_at": "timestamp with time zone", "updated_at": "timestamp with time zone",
        "created_by_user_id": "character varying(255)", "created_by_domain": "character varying(255)",
    },
    "user_detail": {
        "user_id": "character varying(255)", "domain": "character varying(255)", "email": "character varying(255)",
        "created_by_user_id": "character varying(255)", "created_by_domain": "character varying(255)",
        "name": "character varying(255)", "created_at": "timestamp with time zone",
        "updated_at": "timestamp with time zone",
    },
    "user_project_role_linking": {
        "id": "uuid", "user_id": "character varying(255)", "domain": "character varying(255)",
        "project_id": "character varying(255)", "role": "user_role", "created_at": "timestamp with time zone",
        "updated_at": "timestamp with time zone",
    },
    "trial_detail": {
        "trial_id": "character varying(255)", "user_id": "character varying(255)",
        "user_domain": "character varying(255)", "project_id": "character varying(255)",
        "birth_timestamp": "timestamp with time zone", "death_timestamp": "timestamp with time zone",
        "clean_exit": "boolean", "metadata": "jsonb", "created_at": "timestamp with time zone",
        "updated_at": "timestamp with time zone",
    },
    "graph_edges": {
        "edge_id": "uuid", "source_trial_id": "character varying(255)",
        "target_entity_id": "character varying(255)", "target_entity_type": "character varying(50)",
    },
}  # fmt: skip


def test_six_starters_at_once_migrate_once(empty: Urls) -> None:
    found: list[object] = []

    def start() -> None:
        try:
            found.append(upgrade(empty.owner_url))
        except Exception as error:
            found.append(error)

    threads = [threading.Thread(target=start) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [HEAD] * 6
    assert revision(empty.owner_url) == HEAD


def test_the_revision_a_backend_compares_is_the_newest_migration() -> None:
    config = Config()
    config.set_main_option("script_location", str(migrations()))
    assert ScriptDirectory.from_config(config).get_current_head() == HEAD


def test_a_database_of_a_newer_program_is_left_alone(empty: Urls) -> None:
    upgrade(empty.owner_url)
    with psycopg.connect(empty.owner_url) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(NewerDatabase, match="9999"):
        upgrade(empty.owner_url)


def test_an_empty_database_has_no_revision_and_nothing_is_sent_to_it(empty: Urls) -> None:
    assert revision(empty.owner_url) is None
    store = Store(empty.owner_url)
    with pytest.raises(WrongRevision, match="db upgrade"):
        Projection(store, Origin("6f2c54a6-3fbe-4a1c-9d62-bd64ac53a1a0", "h", "/x")).send([])
    store.close()


def test_a_server_that_is_not_there_is_away() -> None:
    with pytest.raises(StoreAway):
        revision("postgresql://a:b@/x?host=/nonexistent")


def test_every_column_of_the_specification_is_there_with_its_type(rows: Any) -> None:
    for table, columns in SPEC_COLUMNS.items():
        found = rows(
            "SELECT attname, format_type(atttypid, atttypmod) AS type FROM pg_attribute"
            " WHERE attrelid = %s::regclass AND attnum > 0 AND NOT attisdropped",
            table,
        )
        types = {row["attname"]: row["type"] for row in found}
        assert {name: types.get(name) for name in columns} == columns


BAD_ROWS = {
    "half a person": "INSERT INTO project_detail (project_id, created_by_user_id) VALUES ('p', 'a')",
    "half the person of a trial": "INSERT INTO trial_detail (trial_id, birth_timestamp, user_id) VALUES ('t', now(), 'a')",
    "half the maker of a person": "INSERT INTO user_detail (user_id, domain, created_by_domain) VALUES ('a', 'local', 'local');"
    " SET CONSTRAINTS ALL IMMEDIATE",
    "death before birth": "INSERT INTO trial_detail (trial_id, birth_timestamp, death_timestamp)"
    " VALUES ('t', '2026-01-02Z', '2026-01-01Z')",
    "clean exit while alive": "INSERT INTO trial_detail (trial_id, birth_timestamp, clean_exit) VALUES ('t', now(), true)",
    "scalar metadata": "INSERT INTO trial_detail (trial_id, birth_timestamp, metadata) VALUES ('t', now(), '3')",
    "blank project": "INSERT INTO project_detail (project_id) VALUES ('  ')",
    "blank person": "INSERT INTO user_detail (user_id, domain) VALUES ('', 'local')",
    "unknown edge": "INSERT INTO trial_detail (trial_id, birth_timestamp) VALUES ('t', now());"
    " INSERT INTO graph_edges (source_trial_id, target_entity_id, target_entity_type) VALUES ('t', 'x', 'sample')",
    "edge to itself": "INSERT INTO trial_detail (trial_id, birth_timestamp) VALUES ('t', now());"
    " INSERT INTO graph_edges (source_trial_id, target_entity_id, target_entity_type) VALUES ('t', 't', 'trial')",
}


@pytest.mark.parametrize("bad", list(BAD_ROWS))
def test_a_bad_row_is_refused(urls: Urls, bad: str) -> None:
    with psycopg.connect(urls.owner_url) as connection, pytest.raises(psycopg.IntegrityError):
        connection.execute(BAD_ROWS[bad])


def test_a_project_with_roles_cannot_be_deleted(urls: Urls) -> None:
    with psycopg.connect(urls.owner_url) as connection:
        connection.execute(
            "INSERT INTO user_detail (user_id, domain) VALUES ('a', 'local');"
            "INSERT INTO project_detail (project_id) VALUES ('p');"
            "INSERT INTO user_project_role_linking (user_id, domain, project_id, role)"
            " VALUES ('a', 'local', 'p', 'admin')"
        )
        with pytest.raises(psycopg.errors.ForeignKeyViolation), connection.transaction():
            connection.execute("DELETE FROM project_detail")


EVENTS = {
    "trial_event": "(trial_id, event) VALUES ('t', 'birth')",
    "document_event": "(at, origin_id, rel_path, kind) VALUES (now(), gen_random_uuid(), 'p', 'x')",
    "audit_event": "(actor_user_id, actor_domain, action, object_type, object_id) VALUES ('a', 'local', 'role', 'project', 'p')",
}


@pytest.mark.parametrize("table", list(EVENTS))
def test_events_are_append_only_even_for_their_owner(urls: Urls, table: str) -> None:
    with psycopg.connect(urls.owner_url) as connection:
        connection.execute(f"INSERT INTO {table} {EVENTS[table]}")
        for statement in (f"UPDATE {table} SET at = now()", f"DELETE FROM {table}", f"TRUNCATE {table}"):
            with pytest.raises(psycopg.errors.InsufficientPrivilege), connection.transaction():
                connection.execute(statement)


def test_a_backend_sees_no_gateway_table_and_writes_no_history(urls: Urls) -> None:
    with psycopg.connect(urls.owner_url) as owner:
        owner.execute("CREATE TABLE account (password_hash text)")
    with psycopg.connect(urls.backend_url) as backend:
        for statement in (
            "SELECT * FROM account", "SELECT * FROM saved_search", "SELECT * FROM audit_event",
            "DELETE FROM user_project_role_linking", "UPDATE user_project_role_linking SET role = 'admin'",
            "CREATE TABLE x (n int)", "UPDATE alembic_version SET version_num = '0'", "SELECT * FROM pg_authid",
        ):  # fmt: skip
            with pytest.raises(psycopg.errors.InsufficientPrivilege), backend.transaction():
                backend.execute(statement)


def test_what_lists_show_of_a_trial_follows_its_metadata_and_moves_no_clock(urls: Urls) -> None:
    with psycopg.connect(urls.owner_url, autocommit=True) as connection:

        def shown() -> Any:
            return connection.execute(
                "SELECT status, experiment_name, experiment_template_type, updated_at FROM trial_detail"
            ).fetchone()

        connection.execute(
            "INSERT INTO trial_detail (trial_id, birth_timestamp, metadata) VALUES ('t', now(),"
            ' \'{"run_status": "abandoned", "experiment_name": "Heat", "experiment_template_type": ["x"]}\')'
        )
        assert shown()[:3] == ("abandoned", "Heat", '["x"]')
        first = shown()
        connection.execute("UPDATE trial_detail SET metadata = metadata, clean_exit = clean_exit")
        assert shown() == first
        connection.execute("UPDATE trial_detail SET metadata = '{}'")
        assert shown()[:3] == ("alive", None, None)
        assert shown()[3] > first[3]
        with pytest.raises(psycopg.errors.GeneratedAlways):
            connection.execute("UPDATE trial_detail SET experiment_name = 'other'")


def test_updated_at_moves_only_with_a_change_and_created_at_never(urls: Urls) -> None:
    with psycopg.connect(urls.owner_url, autocommit=True) as connection:
        connection.execute("INSERT INTO project_detail (project_id, name) VALUES ('p', 'a')")

        def times() -> Any:
            return connection.execute("SELECT created_at, updated_at FROM project_detail").fetchone()

        first = times()
        connection.execute("UPDATE project_detail SET name = 'a'")
        assert times() == first
        connection.execute("UPDATE project_detail SET name = 'b', created_at = '2000-01-01Z'")
        assert times()[0] == first[0]
        assert times()[1] > first[1]
