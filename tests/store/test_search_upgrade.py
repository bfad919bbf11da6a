"""Search after an upgrade from an older revision: made again from the rows, whole."""

import psycopg

from mdjourney_store.connection import Store
from mdjourney_store.connector import Connector
from mdjourney_store.embedded import Urls
from mdjourney_store.migrate import upgrade
from mdjourney_store.search import facets, search
from mdjourney_store.viewer import Viewer

ADMIN = Viewer("root", role="admin")


def test_search_rows_of_an_older_revision_are_made_again(empty: Urls) -> None:
    upgrade(empty.owner_url, to="0004")
    with psycopg.connect(empty.owner_url) as connection:
        connection.execute("INSERT INTO project_detail (project_id, name) VALUES ('p1', 'Cells')")
        connection.execute(
            "INSERT INTO dataset_detail (dataset_id, project_id, rel_path) VALUES ('d1', 'p1', 'cells/d')"
        )
        connection.execute(
            "INSERT INTO trial_detail (trial_id, project_id, birth_timestamp, metadata)"
            " VALUES ('t1', 'p1', '2026-01-01Z', '{\"note\": \"slow drift of the stage #hot\"}')"
        )
        connection.execute(
            "INSERT INTO file_entry (dataset_id, path, entry_sha256) VALUES ('d1', 'a/often.csv', repeat('0', 64))"
        )
        # as the older connector left it: without marks, its identifiers beside the row
        connection.execute("DELETE FROM connector_queue")
        connection.execute(
            "INSERT INTO search_document (kind, entity_id, project_id, at, tsv) VALUES ('trial', 't1', 'p1', '2026-01-01Z', 'old')"
        )
        connection.execute("INSERT INTO label_use VALUES ('', 'tag', 'hot', 1)")
    upgrade(empty.owner_url)
    store = Store(empty.owner_url)
    Connector(store).drain()
    try:
        for query in ('"drift of the"', "#hot", "project:p1 slow", "note:stage"):
            assert "t1" in {item["entity_id"] for item in search(store, ADMIN, query)["items"]}, query
        assert search(store, ADMIN, "old")["items"] == []
        assert search(store, ADMIN, "kind:file often")["total"] == 1
        assert facets(store, ADMIN, "")["facets"]["tag"] == [{"value": "hot", "count": 1}]
        with psycopg.connect(empty.owner_url) as connection:
            beside = connection.execute(
                "SELECT attname FROM pg_attribute WHERE attrelid = 'search_document'::regclass AND attnum > 0"
                " AND attstorage IN ('x', 'e')"
            ).fetchall()
        assert beside == [("tsv",)]
    finally:
        store.close()
