"""The query language, and what it finds for whom."""

import contextlib
import uuid
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mdjourney_contract.problems import Invalid, NotFound
from mdjourney_store.connection import Store
from mdjourney_store.connector import Connector
from mdjourney_store.search import (
    QueryError,
    delete_search,
    facets,
    from_json,
    parse,
    save_search,
    saved_searches,
    search,
)
from mdjourney_store.search.terms import EVERYTHING
from mdjourney_store.viewer import Viewer

ADMIN = Viewer("root", role="admin")
ALICE = Viewer("alice")


@pytest.fixture
def trials(store: Store, rows: Any) -> None:
    rows("INSERT INTO user_detail (user_id, domain) VALUES ('alice', 'local'), ('bob', 'local')")
    rows("INSERT INTO project_detail (project_id, name) VALUES ('p1', 'Cells'), ('p2', 'Stars')")
    rows(
        "INSERT INTO user_project_role_linking (user_id, domain, project_id, role) VALUES ('alice', 'local', 'p1', 'admin')"
    )
    for number in range(1, 11):
        rows(
            "INSERT INTO trial_detail (trial_id, user_id, user_domain, project_id, birth_timestamp, metadata) VALUES"
            " (%s, %s, 'local', %s, '2026-01-01T00:00:00Z'::timestamptz + %s * interval '1 day', jsonb_build_object("
            "'experiment_name', %s::text, 'quality_control_metrics', jsonb_build_object('rin', %s::float),"
            " 'note', %s::text, 'experiment_template_type', 'genomics'))",
            f"t{number}", "alice" if number % 2 else "bob", "p1" if number <= 5 else "p2", number,
            f"Run number {number}", number / 2, "#even second batch" if number % 2 == 0 else "#odd trial:t2",
        )  # fmt: skip
    rows("UPDATE trial_detail SET death_timestamp = birth_timestamp, clean_exit = true WHERE trial_id = 't1'")
    Connector(store).drain()


def found(store: Store, query: Any, viewer: Viewer = ADMIN) -> list[str]:
    return [item["entity_id"] for item in search(store, viewer, query, kind="trial")["items"]]


FINDS = {
    "": [10, 9, 8, 7, 6, 5, 4, 3, 2, 1],
    "batch": [10, 8, 6, 4, 2],
    '"second batch"': [10, 8, 6, 4, 2],
    '"batch second"': [],
    "batc*": [10, 8, 6, 4, 2],
    "BATCH": [10, 8, 6, 4, 2],
    "#even": [10, 8, 6, 4, 2],
    "tag:ODD": [9, 7, 5, 3, 1],
    "#even OR #odd": [10, 9, 8, 7, 6, 5, 4, 3, 2, 1],
    "#even #odd": [],
    "NOT #even": [9, 7, 5, 3, 1],
    "-#even": [9, 7, 5, 3, 1],
    "#even AND NOT user:bob": [],
    "quality_control_metrics.rin >= 4.5": [10, 9],
    "quality_control_metrics.rin>4.5": [10],
    "quality_control_metrics.rin < 1": [1],
    "quality_control_metrics.rin = 2": [4],
    "NOT quality_control_metrics.rin < 4.5": [10, 9],
    "status:clean": [1],
    "status:alive born>=2026-01-10": [10, 9],
    "born:2026-01-03": [2],
    "user:alice project:p2": [9, 7],
    "(user:alice OR user:bob) AND (born<2026-01-03 OR quality_control_metrics.rin >= 5)": [10, 1],
    'experiment_name:"number 3"': [3],
    'experiment_name = "run number 3"': [3],
    "experiment_template_type:genom": [10, 9, 8, 7, 6, 5, 4, 3, 2, 1],
    "trial:t2": [9, 7, 5, 3, 1],
    "nothing.of.the.kind:x": [],
    "kind:project": [],
}


@pytest.mark.parametrize("query", list(FINDS))
def test_a_query_finds(store: Store, trials: None, query: str) -> None:
    assert found(store, query) == [f"t{n}" for n in FINDS[query]]


@pytest.mark.parametrize("query", [q for q in FINDS if FINDS[q]])
def test_nobody_finds_what_they_may_not_see(store: Store, trials: None, query: str) -> None:
    assert found(store, query, ALICE) == [f"t{n}" for n in FINDS[query] if n <= 5]
    assert found(store, query, Viewer("eve")) == []
    answer = search(store, ALICE, query, kind="trial")
    assert answer["total"] in {None, sum(n <= 5 for n in FINDS[query])}
    counted = facets(store, ALICE, query)["facets"]
    assert {entry["value"] for entry in counted.get("project", [])} <= {"p1"}


@pytest.mark.parametrize(
    ("query", "column"),
    [
        ("(a", 3),
        ("a)", 2),
        ("AND", 1),
        ("a OR", 5),
        ("NOT", 4),
        ('"open', 1),
        ("a:", 3),
        ("()", 2),
        ("a\0b", 2),
        ("(" * 500, None),
    ],
)
def test_a_query_that_cannot_be_read_names_the_column(query: str, column: int | None) -> None:
    with pytest.raises(QueryError) as caught:
        parse(query)
    assert column is None or caught.value.errors[0]["column"] == column


@pytest.mark.parametrize(
    "query", ["born>soon", "status>3", "kind<=x", "x" * 3000, " ".join(["a"] * 400), "NOT " * 400 + "a"]
)
def test_a_query_that_means_nothing_is_refused(store: Store, query: str) -> None:
    with pytest.raises(QueryError):
        search(store, ADMIN, query)


def test_json_says_the_same(store: Store, trials: None) -> None:
    query = from_json(
        {"and": [{"tag": "even"}, {"not": {"field": "quality_control_metrics.rin", "op": ">", "value": 2}}]}
    )
    assert found(store, query) == ["t4", "t2"]
    assert from_json({"and": []}) == EVERYTHING
    for wrong in (
        None,
        [],
        {},
        {"or": []},
        {"field": "x"},
        {"field": "x", "op": ";", "value": 1},
        {"and": [{"x": 1}]},
    ):
        with pytest.raises(QueryError):
            from_json(wrong)


def test_pages_have_no_gaps_with_few_and_with_many_matches(store: Store, rows: Any) -> None:
    rows("INSERT INTO search_document (kind, entity_id, at, tsv) SELECT 'trial', 't' || n, '2026-01-01Z'::timestamptz"
         " + (n / 7) * interval '1 s', to_tsvector('simple', 'all ' || CASE WHEN mod(n, 100) = 0 THEN 'few' ELSE '' END)"
         " FROM generate_series(1, 6000) n")  # fmt: skip
    for query, number, total in (("few", 60, 60), ("all", 6000, None), ("", 6000, None)):
        seen, cursor = [], None
        while True:
            answer = search(store, ADMIN, query, limit=7 if number == 60 else 450, cursor=cursor)
            assert answer["total"] == total
            seen += [item["trial_id"] for item in answer["items"]]
            cursor = answer["next_cursor"]
            if cursor is None:
                break
        assert len(seen) == len(set(seen)) == number


def test_facets_count_the_result(store: Store, trials: None) -> None:
    answer = facets(store, ADMIN, "#even", kind="trial")
    assert answer["truncated"] is False
    assert answer["facets"]["project"] == [{"value": "p2", "count": 3}, {"value": "p1", "count": 2}]
    assert answer["facets"]["tag"] == [{"value": "even", "count": 5}]
    assert answer["facets"]["experiment_template_type"] == [{"value": "genomics", "count": 5}]


FRAGMENTS = [
    "'", '"', ";", "--", "/*", "*/", "\\", "%", "%s", "%(x)s", "$$", "$1", "||", "{}", "()", "(", ")", ":", "=", "!=", ">=", "<", "#",
    "#a", "NOT", "AND", "OR", "-", "*", "a*", "'*", "\\*", "!*", "a:b", "tag:", "born>2026-01-01", "born:9999-12-31", "at<0001-01-01",
    "x.y>=1e308", "x<nan", "x=inf", "status:'", "kind:\\", "DROP TABLE trial_detail", "1=1", "' OR '1'='1", "UNION SELECT",
    "\u202e", "\U0001f600", "\ud7ff", "ß", "&", "|", "!", "<->", "a&b", "a|!b", "'a':*", "project_id", "id:%", "x[0]:1", "\t", "\x01",
]  # fmt: skip


@settings(max_examples=400, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(st.sampled_from(FRAGMENTS) | st.text(max_size=12), max_size=12), st.sampled_from(["", " "]))
def test_whatever_is_asked_is_answered_or_refused_in_words(store: Store, parts: list[str], glue: str) -> None:
    query = glue.join(parts)
    try:
        query.encode()
    except UnicodeEncodeError:
        return
    with contextlib.suppress(QueryError):
        search(store, ALICE, query)
        facets(store, ALICE, query)


def test_saved_searches_belong_to_one_person(store: Store) -> None:
    kept = save_search(store, ALICE, "mine", "#a")
    assert save_search(store, ALICE, "mine", "#b")["saved_search_id"] == kept["saved_search_id"]
    assert [row["query"] for row in saved_searches(store, ALICE)["items"]] == ["#b"]
    assert saved_searches(store, ADMIN)["items"] == []
    with pytest.raises(NotFound):
        delete_search(store, ADMIN, kept["saved_search_id"])
    with pytest.raises(NotFound):
        delete_search(store, ALICE, uuid.uuid4())
    delete_search(store, ALICE, kept["saved_search_id"])
    with pytest.raises(QueryError):
        save_search(store, ALICE, "bad", "(")
    with pytest.raises(Invalid):
        save_search(store, ALICE, " ", "a")
