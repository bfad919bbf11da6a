"""Ways of finding: whichever is taken, the same rows come in the same order, for everybody."""

import json
import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from mdjourney_store import catalogue, marks
from mdjourney_store.connection import Store
from mdjourney_store.connector import Connector
from mdjourney_store.search import drawing, facets, files, language, parse, run, search, shape, windows
from mdjourney_store.viewer import Viewer

ADMIN = Viewer("root", role="admin")
ALICE = Viewer("alice")
BOB = Viewer("bob")
WORDS = ["assay", "buffer", "cell", "drift", "enzyme", "field"]
QUERIES = [
    "assay", "enzyme", "field drift", '"assay buffer"', '"cell assay drift"', "dri*", "buf* cell", "#even", "#rare", "#even assay",
    "status:alive", "status:clean buffer", "project:p1 cell", "project:p2 #even", "user:alice drift", "qc_assessment:pass",
    "qc_assessment=fail assay", "rin > 5", "rin > 5 assay", "rin < 0.4", "rin <= 9 rin > 2", "note:assay", "note:ass cell", "kind:trial drift",
    "NOT #even", "drift NOT assay", "assay OR enzyme", "#even OR #rare", "(assay buffer) OR rin>9.5", "born<2026-02-01 assay",
    "born>=2026-02-01 rin>3", "trial:t7", "trial:t7 OR #rare", "id:t9", "zzz", '"buffer assay enzyme"', "links:t7 rin>1",
]  # fmt: skip


@pytest.fixture
def lab(store: Store, rows: Any) -> None:
    """200 trials over 50 days in three projects, all indexed and counted."""
    dice = random.Random(8)
    rows("INSERT INTO user_detail (user_id, domain) VALUES ('alice', 'local'), ('bob', 'local')")
    rows("INSERT INTO project_detail (project_id, name) VALUES ('p1', 'One'), ('p2', 'Two'), ('p3', 'Three')")
    rows(
        "INSERT INTO user_project_role_linking (user_id, domain, project_id, role) VALUES ('alice', 'local', 'p1', 'admin')"
    )
    trials = []
    for number in range(200):
        note = " ".join(dice.choices(WORDS, (16, 8, 4, 2, 1, 1), k=4))
        tags = " #even" * (number % 2 == 0) + " #rare" * (number % 97 == 0) + " trial:t7" * (number % 50 == 1)
        rin = dice.choice([round(dice.random() * 10, 1), [1, 2, 9.7]])
        about = {"note": note + tags, "qc_assessment": dice.choice(["pass", "fail"]), "rin": rin}
        trials.append({
            "trial_id": f"t{number}", "user_id": dice.choice(["alice", "bob"]), "user_domain": "local",
            "project_id": dice.choice(["p1", "p2", "p3", None]), "clean_exit": number % 3 == 1, "metadata": about,
            "birth_timestamp": (datetime(2026, 1, 1, tzinfo=UTC) + timedelta(hours=6 * number)).isoformat(),
            "death_timestamp": "2027-01-01T00:00:00Z" if number % 3 else None,
        })  # fmt: skip
    names = ", ".join(trials[0])
    rows(
        f"INSERT INTO trial_detail ({names}) SELECT {names} FROM jsonb_populate_recordset(NULL::trial_detail, %s::jsonb)",
        json.dumps(trials),
    )
    Connector(store).drain()
    rows("ANALYZE search_document")


@pytest.fixture
def windowed(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """Small windows, however few rows there are; gives the windows that were asked for."""
    asked: list[Any] = []
    real = windows.windows

    def counting(*given: Any) -> Iterator[Any]:
        for since in real(*given):
            asked.append(since)
            yield since

    monkeypatch.setattr(shape, "_SMALL", 10)
    monkeypatch.setattr(windows.Likely, "is_whole", lambda _, shape: not shape.known)
    for module in (windows, drawing):
        monkeypatch.setattr(module, "windows", counting)
    return asked


def pages(store: Store, viewer: Viewer, query: str, limit: int) -> list[str]:
    seen, cursor = [], None
    while True:
        answer = search(store, viewer, query, limit=limit, cursor=cursor)
        seen += [item["entity_id"] for item in answer["items"]]
        cursor = answer["next_cursor"]
        if cursor is None:
            return seen


def test_windows_and_lanes_find_what_a_walk_finds(
    store: Store, lab: None, windowed: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    looks = list[int]()
    real = drawing._newest_tested

    def noted(*given: Any) -> Any:
        looks.append(given[3])
        return real(*given)

    monkeypatch.setattr(drawing, "_newest_tested", noted)
    asked = [(query, viewer) for query in QUERIES for viewer in (ADMIN, ALICE, BOB)]
    in_lanes = [pages(store, viewer, query, 11) for query, viewer in asked]
    assert len(looks) > 100, "lanes were hardly used"
    assert max(looks) > min(looks), "no look was wider than another"
    monkeypatch.setattr(drawing, "_by_lanes", lambda *_: None)
    in_windows = [pages(store, viewer, query, 11) for query, viewer in asked]
    assert sum(since is not None for since in windowed) > 40, "windows were hardly used"
    for way in ("_few", "by_windows"):
        monkeypatch.setattr(drawing, way, lambda *_: None)
    for (query, viewer), *found in zip(asked, in_lanes, in_windows, strict=True):
        walked = pages(store, viewer, query, 500)
        assert found == [walked, walked], (query, viewer)
        assert len(set(walked)) == len(walked), query
    assert sum(map(len, in_lanes)) > 1500


def test_nobody_walks_past_rows_they_do_not_see(
    store: Store, rows: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two thousand newest trials of a project that Alice does not see; hers lie behind them."""
    rows("INSERT INTO user_detail (user_id, domain) VALUES ('alice', 'local')")
    rows(
        "INSERT INTO project_detail (project_id, created_at) VALUES ('p1', '2020-01-01Z'), ('p2', '2020-01-01Z'), ('p3', '2020-01-01Z')"
    )
    rows(
        "INSERT INTO user_project_role_linking (user_id, domain, project_id, role)"
        " VALUES ('alice', 'local', 'p1', 'admin'), ('alice', 'local', 'p3', 'admin')"
    )
    rows(
        "INSERT INTO trial_detail (trial_id, project_id, birth_timestamp, metadata)"
        " SELECT 't' || n, CASE WHEN n > 400 THEN 'p2' ELSE 'p1' END, '2026-01-01Z'::timestamptz + n * interval '1 minute',"
        ' \'{"note": "drift", "rin": 5}\' FROM generate_series(1, 2400) n'
    )
    Connector(store, batch=1000).drain()
    rows("ANALYZE search_document")
    monkeypatch.setattr(shape, "_SMALL", 10)
    monkeypatch.setattr(windows.Likely, "is_whole", lambda _, shape: not shape.known)
    monkeypatch.setattr(drawing, "_few", lambda *_: None)
    touched = _rows_read(store)
    for query in (
        "",
        "drift",
        "status:alive",
        "kind:trial",
        "rin>1",
        "born<2027-01-01",
        "born>=2025-01-01 drift",
    ):
        found = search(store, ALICE, query, limit=20)["items"]
        assert [item["entity_id"] for item in found][:2] == ["t400", "t399"], query
        assert len(found) == 20, query
    found = catalogue.trials(store, ALICE, limit=20)["items"]
    assert [trial["trial_id"] for trial in found][:2] == ["t400", "t399"]
    assert _rows_read(store) - touched < 4000, "rows of other projects were passed"


def test_a_rare_status_is_found_without_the_other_trials(store: Store, rows: Any) -> None:
    rows("INSERT INTO user_detail (user_id, domain) VALUES ('alice', 'local')")
    rows("INSERT INTO project_detail (project_id) VALUES ('p1'), ('p2')")
    rows(
        "INSERT INTO user_project_role_linking (user_id, domain, project_id, role) VALUES ('alice', 'local', 'p1', 'admin')"
    )
    rows(
        "INSERT INTO trial_detail (trial_id, project_id, birth_timestamp, death_timestamp, metadata)"
        " SELECT 't' || n, 'p' || (1 + mod(n / 400, 2)), '2026-01-01Z'::timestamptz + n * interval '1 minute',"
        " CASE WHEN mod(n, 1000) <> 7 THEN '2026-12-01Z'::timestamptz END,"
        " CASE mod(n, 1000) WHEN 9 THEN '{\"run_status\": \"abandoned\"}' ELSE '{}' END::jsonb FROM generate_series(0, 3999) n"
    )
    rows("ANALYZE trial_detail")
    touched = _rows_read(store)
    for status, mark in (("alive", 7), ("abandoned", 9)):
        all_of_them = [f"t{n * 1000 + mark}" for n in range(3, -1, -1)]
        for viewer, seen in ((ADMIN, all_of_them), (ALICE, all_of_them[2:])):
            found = catalogue.trials(store, viewer, status=status)["items"]
            assert [trial["trial_id"] for trial in found] == seen
            assert {trial["status"] for trial in found} == {status}
    assert _rows_read(store) - touched < 200, "trials of other statuses were passed"


def _rows_read(store: Store) -> int:
    """By the store's connection, which tells the server only now and then."""
    with store.statements() as connection:
        connection.execute("SELECT pg_stat_force_next_flush()")
        row = connection.execute(
            "SELECT sum(COALESCE(idx_tup_fetch, 0) + seq_tup_read)::int AS n FROM pg_stat_user_tables"
            " WHERE relname IN ('search_document', 'trial_detail')"
        ).fetchone()
    assert row is not None
    return int(row["n"])


def test_facets_of_many_matches_are_counted_over_the_newest(
    store: Store, lab: None, windowed: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    everything = facets(store, ADMIN, "assay")
    monkeypatch.setattr(run, "_SAMPLE", 20)
    some = facets(store, ADMIN, "assay")
    assert (everything["truncated"], some["truncated"]) == (False, True)
    assert sum(one["count"] for one in some["facets"]["kind"]) == 21
    assert sum(one["count"] for one in everything["facets"]["kind"]) == len(pages(store, ADMIN, "assay", 500))


@pytest.mark.parametrize("most", [500, 12])
def test_facets_count_what_a_search_finds_or_say_that_they_do_not(
    store: Store, lab: None, windowed: list[Any], monkeypatch: pytest.MonkeyPatch, most: int
) -> None:
    monkeypatch.setattr(run, "_SAMPLE", most)
    for query in [*QUERIES, "rin>5 assay", "rin>5 NOT assay", "rin>5 status:clean", "note>b rin>1"]:
        for viewer in (ADMIN, ALICE, BOB):
            found = pages(store, viewer, query, 500)
            told = facets(store, viewer, query)
            kinds = sum(one["count"] for one in told["facets"].get("kind", []))
            assert told["truncated"] == (len(found) > most), (query, viewer)
            assert kinds == (most + 1 if told["truncated"] else len(found)), (query, viewer)
            projects = {one["value"] for one in told["facets"].get("project", [])}
            assert viewer is ADMIN or projects <= ({"p1"} if viewer is ALICE else set()), (query, viewer)


def test_the_beginning_of_a_mark_is_no_word(store: Store, lab: None, rows: Any) -> None:
    lexemes = rows("SELECT DISTINCT unnest(tsvector_to_array(tsv)) AS lexeme FROM search_document")
    found = {row["lexeme"] for row in lexemes if not row["lexeme"][0].isalnum()}
    assert {lexeme[0] for lexeme in found} == {"/", "=", "~", "@"}
    for lexeme in list(found)[:50]:
        assert (
            search(store, ADMIN, lexeme.strip("/=~@")[:6] + "*", kind="trial")["items"] == []
            or lexeme[0] in "~@"
        )


MOMENTS = st.datetimes(datetime(1900, 1, 1), datetime(2240, 1, 1), timezones=st.just(UTC))


@given(MOMENTS, MOMENTS, MOMENTS)
@settings(deadline=None, max_examples=300)
def test_a_moment_lies_in_the_spans_of_every_window_it_is_in(a: datetime, b: datetime, c: datetime) -> None:
    since, moment, until = sorted((a, b, c))
    for end in (until, None):
        found = marks.spans(since, end)
        assert set(found) & set(marks.span_marks(moment))
        assert len(found) < 120


@given(MOMENTS, st.timedeltas(timedelta(minutes=1), timedelta(days=3000)), MOMENTS)
@settings(deadline=None, max_examples=300)
def test_a_window_holds_little_that_is_older(since: datetime, long: timedelta, other: datetime) -> None:
    since = max(since, datetime(1971, 1, 1, tzinfo=UTC))
    slack = max(timedelta(seconds=2**12), long) / 8 + timedelta(seconds=2**12)
    if (
        other < since - slack
        and since + long < datetime(2200, 1, 1, tzinfo=UTC)
        and other > datetime(1970, 1, 2, tzinfo=UTC)
    ):
        until = min(since + long, datetime.now(UTC))
        assert until < since or not set(marks.spans(since, until)) & set(marks.span_marks(other))


PIECES = [
    "AND", "OR", "NOT", "ANDx", "a", "b*", "*", "#a", "#é-1", "#1", "_x", "x_", "x.y", "rin", ":", "=", "!=", ">=", "<", "7", "-", "é",
    "½", "a:b", "'", '"', "(", "%", "1a", "#", ".",
]  # fmt: skip


@given(st.lists(st.sampled_from(PIECES), min_size=1, max_size=4).map("".join))
@example("NOT")
@example("a::b")
@settings(deadline=None, max_examples=500, suppress_health_check=[HealthCheck.too_slow])
def test_a_query_of_one_term_means_what_the_grammar_says(query: str) -> None:
    quick = language._simple(query)
    if quick is not None:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(language, "_simple", lambda _: None)
            assert parse(query) == quick


def test_files_found_in_windows_are_those_found_at_once(
    store: Store, rows: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows("INSERT INTO project_detail (project_id, name) VALUES ('p1', 'One'), ('p2', 'Two')")
    rows("INSERT INTO user_detail (user_id, domain) VALUES ('alice', 'local')")
    rows(
        "INSERT INTO user_project_role_linking (user_id, domain, project_id, role) VALUES ('alice', 'local', 'p1', 'admin')"
    )
    rows(
        "INSERT INTO dataset_detail (dataset_id, project_id, rel_path, files) VALUES ('d1', 'p1', 'a', 10000), ('d2', 'p2', 'b', 10000)"
    )
    rows(
        "INSERT INTO file_entry (dataset_id, path, entry_sha256, extension) SELECT 'd' || 1 + n %% 2,"
        " CASE WHEN n %% 3 = 0 THEN 'often' ELSE 'seldom' END || '/' || CASE WHEN n %% 50 = 0 THEN 'rare' ELSE 'x' END || n || '.csv',"
        " repeat('0', 64), '.csv' FROM generate_series(1, 20000) n"
    )
    rows("ANALYZE file_entry")
    used: list[Any] = []
    real = files._by_windows

    def noted(*given: Any) -> Any:
        used.append(real(*given))
        return used[-1]

    monkeypatch.setattr(files, "_by_windows", noted)
    queries = ["often", "often csv", "seld*", "often ext:csv", "often NOT rare*", "seldom rare*"]
    asked = [(f"kind:file {query}", viewer) for query in queries for viewer in (ADMIN, ALICE)]
    found = [
        (search(store, viewer, query), search(store, viewer, query)["next_cursor"]) for query, viewer in asked
    ]
    further = [search(store, v, q, cursor=c)["items"] for (q, v), (_, c) in zip(asked, found, strict=True)]
    assert sum(one is not None for one in used) >= 8, "windows were hardly used"
    monkeypatch.setattr(files, "_by_windows", lambda *_: None)
    for (query, viewer), (first, cursor), more in zip(asked, found, further, strict=True):
        assert first["items"] == search(store, viewer, query)["items"], query
        assert more == search(store, viewer, query, cursor=cursor)["items"], query
