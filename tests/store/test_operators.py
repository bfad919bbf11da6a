"""Every operator on every kind of field: it means what it says or is refused, as a text and as JSON; limits hold for both."""

from typing import Any, get_args

import pytest

from mdjourney_store.connection import Store
from mdjourney_store.connector import Connector
from mdjourney_store.search import QueryError, facets, from_json, parse, save_search, search
from mdjourney_store.search.terms import Operator
from mdjourney_store.viewer import Viewer

ADMIN = Viewer("root", role="admin")
OPERATORS: tuple[str, ...] = get_args(Operator)
ORDERS = (">", ">=", "<", "<=")
#: field -> a value that some have and some have not.
UNORDERED = {
    "kind": "trial", "status": "clean", "project": "p", "user": "ann", "id": "t1", "tag": "hot", "trial": "t1", "links": "t1",
}  # fmt: skip
MOMENTS = {"born": "2026-01-02", "at": "2026-01-02", "birth_timestamp": "2026-01-02"}
#: These are compared where a document has them.
OF_DOCUMENTS = {"rin": "7", "quality.rin": "7", "note": "plain", "about.note": "plain"}
FILES_UNORDERED = {
    "extension": "csv", "ext": ".csv", "mime": "text/csv", "mime_type": "text/csv", "checksum": "sha256:1", "role": "raw",
    "status": "gone", "dataset": "d", "path": "a/1.csv", "project": "p",
}  # fmt: skip
SIZES = {"size": "5", "size_bytes": "5", "file_size_bytes": "5"}


@pytest.fixture
def filled(store: Store, rows: Any) -> Store:
    rows("INSERT INTO user_detail (user_id, domain) VALUES ('ann', 'local'), ('bob', 'local')")
    rows(
        "INSERT INTO project_detail (project_id, created_at) VALUES ('p', '2026-01-05Z'), ('q', '2026-01-06Z')"
    )
    for number, (note, project, user) in enumerate(
        [("plain #hot", "p", "ann"), ("plain", "q", "bob"), ("other trial:t1", "p", None)]
    ):
        rows(
            "INSERT INTO trial_detail (trial_id, project_id, user_id, user_domain, birth_timestamp, metadata) VALUES (%s, %s, %s, %s,"
            " '2026-01-01T12:00:00Z'::timestamptz + %s * interval '1 day',"
            " jsonb_build_object('about', jsonb_build_object('note', %s::text), 'quality', jsonb_build_object('rin', %s::int)))",
            f"t{number + 1}", project, user, user and "local", number, note, 6 + number,
        )  # fmt: skip
    rows("UPDATE trial_detail SET death_timestamp = now(), clean_exit = TRUE WHERE trial_id = 't2'")
    rows(
        "INSERT INTO dataset_detail (dataset_id, project_id, rel_path) VALUES ('d', 'p', 'p/d'), ('e', 'q', 'q/e')"
    )
    rows(
        "INSERT INTO file_entry (dataset_id, path, extension, mime_type, checksum, role, status, size_bytes, entry_sha256) VALUES"
        " ('d', 'a/1.csv', '.csv', 'text/csv', 'sha256:1', 'raw', 'gone', 5, repeat('0', 64)),"
        " ('e', 'a/2.txt', '.txt', 'text/plain', 'sha256:2', 'derived', 'present', 6, repeat('0', 64)),"
        " ('e', 'a/3', NULL, NULL, NULL, NULL, 'present', NULL, repeat('0', 64))"
    )
    Connector(store).drain()
    return store


def said(store: Store, field: str, operator: str, value: str, kind: str | None) -> set[str] | None:
    """What is found, alike for a text and for JSON; None where it is refused, with where."""
    text = f"(x* OR NOT x*) {field}{operator}{value}"
    as_json = {"and": [{"and": []}, {"field": field, "op": operator, "value": value}]}
    answers: list[set[str] | None] = []
    for query, where in ((text, {"column": 16}), (from_json(as_json, "/query"), {"pointer": "/query/and/1"})):
        refused: list[dict[str, Any]] = []
        for ask in (search, facets):
            try:
                answer = ask(store, ADMIN, query, kind=kind)
            except QueryError as error:
                refused += error.errors
            else:
                if ask is search:
                    answers.append({item["path" if kind else "entity_id"] for item in answer["items"]})
        if refused:
            about = {"key": field, "value": value, **where}
            assert [about.items() <= error.items() for error in refused] == [True, True]
            answers.append(None)
    assert answers[0] == answers[1], (field, operator)
    return answers[0]


@pytest.mark.parametrize("kind", [None, "file"])
def test_what_has_no_order_is_equal_or_not(filled: Store, kind: str | None) -> None:
    everything = {
        item["path" if kind else "entity_id"] for item in search(filled, ADMIN, "", kind=kind)["items"]
    }
    for field, value in (FILES_UNORDERED if kind else UNORDERED).items():
        equal, different = said(filled, field, "=", value, kind), said(filled, field, "!=", value, kind)
        assert equal, field
        assert different == everything - equal != set(), field
        assert equal <= (said(filled, field, ":", value, kind) or set()), field
        assert [said(filled, field, order, value, kind) for order in ORDERS] == [None] * 4, field


def test_what_has_an_order_is_parted_by_it(filled: Store) -> None:
    for field, value in [*MOMENTS.items(), *OF_DOCUMENTS.items(), *SIZES.items()]:
        kind = "file" if field in SIZES else None
        found: dict[str, set[str]] = {}
        for operator in OPERATORS:
            answer = said(filled, field, operator, value, kind)
            assert answer is not None, (field, operator)
            found[operator] = answer
        assert not found["<"] & found[">="], field
        assert found["<="] | found[">"] == found["<"] | found[">="], field
        assert found["="] <= found[":"], field
        assert found["!="] != found["="], field
        if field not in OF_DOCUMENTS:
            everything = search(filled, ADMIN, "", kind=kind)["items"]
            assert found["!="] == {item["path" if kind else "entity_id"] for item in everything} - found["="]


#: query -> the column of what cannot be
COLUMNS = {
    "born>yesterday": 1, "status>3": 1, "x AND (y OR status>3)": 13, "a\n  tag>3": 5, "links<t1 x": 1, "-(#a status<=1)": 6,
}  # fmt: skip
COLUMNS_OF_FILES = {"size>abc": 1, "a* foo:1": 4, "(ext<csv)": 2}


def test_a_comparison_that_cannot_be_names_its_column(filled: Store) -> None:
    asked = [
        *((query, None, column) for query, column in COLUMNS.items()),
        *((query, "file", column) for query, column in COLUMNS_OF_FILES.items()),
        *((f"kind:file {query}", None, column + 10) for query, column in COLUMNS_OF_FILES.items()),
    ]
    for query, kind, column in asked:
        for way in (search, facets):
            with pytest.raises(QueryError) as caught:
                way(filled, ADMIN, query, kind=kind)
            assert caught.value.errors[0]["column"] == column, query
        if kind is None:
            with pytest.raises(QueryError):
                save_search(filled, ADMIN, "of no use", query)


TEXT = {"text": "a"}


#: (query, where it cannot be)
POINTERS: list[tuple[Any, str]] = [
    (3, "/query"),
    ({"and": [TEXT, {"or": [TEXT, 5]}]}, "/query/and/1/or/1"),
    ({"not": {"or": []}}, "/query/not"),
    ({"and": [{"field": "born", "op": ">", "value": "soon"}]}, "/query/and/0"),
    ({"not": {"field": "status", "op": ">", "value": 3}}, "/query/not"),
    ({"and": [TEXT] * 61}, "/query/and/60"),
    ({"and": [{"and": [TEXT] * 40}, {"or": [TEXT] * 40}]}, "/query/and/1/or/20"),
    ({"and": [{"field": "f", "op": "=", "value": n} for n in range(500)]}, "/query/and/60"),
    ({"and": [{"and": []}] * 1000}, "/query/and/299"),
    ({"text": "a" * 2001}, "/query"),
]


def test_json_that_cannot_be_asked_is_pointed_into(filled: Store) -> None:
    for query, pointer in POINTERS:
        with pytest.raises(QueryError) as caught:
            search(filled, ADMIN, from_json(query, "/query"))
        assert caught.value.errors[0]["pointer"] == pointer


def test_a_text_has_as_many_terms_as_json(filled: Store) -> None:
    sixty = " OR ".join(f"(x:{n})" for n in range(60))
    assert search(filled, ADMIN, sixty)["items"] == []
    for glue in (" ", " OR "):
        many = glue.join(["x:1"] * 60)
        parse(many)
        with pytest.raises(QueryError) as caught:
            parse(f'{many}{glue}"y"')
        assert caught.value.errors[0]["column"] == len(many) + len(glue) + 1
    with pytest.raises(QueryError):
        parse("(" * 400 + "a" + ")" * 400)


def test_the_deepest_query_is_answered(filled: Store) -> None:
    query: Any = {"or": [TEXT]}
    for _ in range(58):
        query = {"not": query}
    for way in (search, facets):
        way(filled, ADMIN, from_json(query))
