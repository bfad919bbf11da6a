"""Whatever is asked of the query language over HTTP gets an answer or a reason, in time, and nothing it may not see."""

import itertools
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from anyio.from_thread import start_blocking_portal
from argon2 import PasswordHasher
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mdjourney_gateway.accounts import Accounts, Slowdown
from mdjourney_gateway.app import create_app
from mdjourney_gateway.metadata_store import Came
from mdjourney_gateway.settings import Settings
from mdjourney_gateway.state import State
from mdjourney_store.connection import Store
from mdjourney_store.connector import Connector

ROOT = "/api/catalog/v1"
PASSWORD = "a password for eve"
Ask = Callable[..., httpx.Response]

#: Terms as the grammar has them, filled with anything; and anything at all.
ALL_FIELDS = [
    "kind", "status", "project", "user", "id", "tag", "born", "at", "birth_timestamp", "trial", "links", "note", "rin", "x.y", "nothing",
    "size", "size_bytes", "file_size_bytes", "path", "ext", "extension", "mime", "mime_type", "checksum", "role", "dataset",
]  # fmt: skip
ALL_OPERATORS = [":", "=", "!=", ">", ">=", "<", "<="]
FIELDS = st.sampled_from(ALL_FIELDS)
OPERATORS = st.sampled_from(ALL_OPERATORS)
VALUES = st.one_of(
    st.text(max_size=20), st.integers().map(str), st.floats().map(str), st.dates().map(str), st.sampled_from(["'", '"', "\\", "%", "file", "*"])
)  # fmt: skip
TERMS = st.one_of(
    st.tuples(FIELDS, OPERATORS, VALUES).map("".join),
    VALUES.map(lambda value: f'"{value}"'),
    VALUES.map(lambda value: f"#{value}"),
    VALUES,
)
KINDS = st.sampled_from([None, None, None, "trial", "file"])
QUERIES = st.recursive(
    TERMS,
    lambda inner: st.one_of(
        st.tuples(inner, st.sampled_from([" ", " AND ", " OR ", " NOT ", " -"]), inner).map("".join),
        inner.map(lambda query: f"({query})"),
    ),
    max_leaves=6,
)


@pytest.fixture
def ask(tmp_path: Path, store: Store, rows: Any) -> Iterator[Ask]:
    """Ask the gateway as eve, who has a role in one of two projects."""
    rows("INSERT INTO user_detail (user_id, domain) VALUES ('eve', 'local')")
    rows("INSERT INTO project_detail (project_id, name) VALUES ('hers', 'Hers'), ('hidden', 'Hidden study')")
    rows(
        "INSERT INTO user_project_role_linking (user_id, domain, project_id, role) VALUES ('eve', 'local', 'hers', 'admin')"
    )
    for project in ("hers", "hidden"):
        rows(
            "INSERT INTO trial_detail (trial_id, project_id, birth_timestamp, metadata) VALUES (%s, %s, now(),"
            " jsonb_build_object('note', %s::text, 'rin', 7))",
            f"run-{project}", project, f"{project} trial #{project}",
        )  # fmt: skip
    Connector(store).drain()
    state = State.open(tmp_path)
    accounts = Accounts(state, PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
    accounts.add("eve", role="researcher", password=PASSWORD)
    gateway = create_app(
        Settings(home=tmp_path, allowed_roots=(tmp_path,)), with_store=False, accounts=accounts, slowdown=Slowdown(), state=state
    )  # fmt: skip
    gateway.store._came = Came(store, "")
    with start_blocking_portal() as portal:
        client = httpx.AsyncClient(
            transport=httpx.ASGITransport(gateway.app), base_url="http://127.0.0.1", timeout=30
        )

        def asked(path: str, method: str = "GET", **more: Any) -> httpx.Response:
            return portal.call(lambda: client.request(method, path, **more))

        answer = asked("/api/auth/login", "POST", json={"username": "eve", "password": PASSWORD})
        client.headers["X-CSRF-Token"] = answer.json()["csrf_token"]
        yield asked
        portal.call(client.aclose)
    state.close()


def test_generated_queries_get_an_answer_or_a_reason(ask: Ask, rows: Any) -> None:
    seen = {200: 0, 400: 0, 422: 0}

    @given(QUERIES, st.sampled_from(["/search", "/facets", "/search.csv"]), KINDS)
    @settings(max_examples=400, deadline=None, suppress_health_check=list(HealthCheck), database=None)
    def one(query: str, path: str, kind: str | None) -> None:
        try:
            params = httpx.QueryParams({"q": query} | ({"kind": kind} if kind else {}))
        except UnicodeEncodeError:
            return  # half a character cannot be sent
        answer = ask(ROOT + path, params=params)
        # 503, were it not answered before its deadline
        assert answer.status_code in seen, (query, answer.text)
        seen[answer.status_code] += 1
        if answer.status_code == 200:
            assert "hidden" not in answer.text.casefold(), query
        else:
            assert 1 <= answer.json()["errors"][0]["column"] <= len(query) + 1, query

    one()
    assert rows("SELECT count(*) AS n FROM trial_detail") == [{"n": 2}]
    assert seen[200] > 20 < seen[400], seen


JSON = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.text(max_size=20)),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.fixed_dictionaries({"and": st.lists(inner, max_size=3)}),
        st.fixed_dictionaries({"or": st.lists(inner, max_size=3)}),
        st.fixed_dictionaries({"not": inner}),
        st.fixed_dictionaries({"text": VALUES}),
        st.fixed_dictionaries({"tag": VALUES}),
        st.fixed_dictionaries({"field": FIELDS, "op": OPERATORS, "value": st.one_of(VALUES, st.integers(), inner)}),
    ),
    max_leaves=8,
)  # fmt: skip


def test_generated_queries_in_json_get_an_answer_or_a_reason(ask: Ask, rows: Any) -> None:
    seen = {200: 0, 400: 0, 422: 0}

    @given(JSON, KINDS)
    @settings(max_examples=300, deadline=None, suppress_health_check=list(HealthCheck), database=None)
    def one(query: Any, kind: str | None) -> None:
        try:
            answer = ask(ROOT + "/search", "POST", json={"query": query, "kind": kind})
        except UnicodeEncodeError:
            return
        assert answer.status_code in seen, (query, answer.text)
        seen[answer.status_code] += 1
        assert answer.status_code != 200 or "hidden" not in answer.text.casefold(), query
        if answer.status_code != 200:
            assert answer.json()["errors"][0]["pointer"].startswith("/query"), query

    one()
    assert rows("SELECT count(*) AS n FROM trial_detail") == [{"n": 2}]
    assert seen[200] > 5, seen


HOSTILE = ["'", "%s", "hidden", "7", "-1e400", "nan", "0001-01-01T00:00:00+23:59", "9999-12-31", "\u202e", "x" * 400, "file", "#a", "true"]  # fmt: skip


def test_every_operator_on_every_field_gets_an_answer_or_a_reason(ask: Ask) -> None:
    values = itertools.cycle(HOSTILE)
    seen = {200: 0, 400: 0}
    for field, operator, kind in itertools.product(ALL_FIELDS, ALL_OPERATORS, [None, "file"]):
        value = next(values)
        term = {"field": field, "op": operator, "value": value}
        of_kind = {"kind": kind} if kind else {}
        texts = [
            ask(ROOT + path, params={"q": f'{field}{operator}"{value}"', **of_kind})
            for path in ("/search", "/facets")
        ]
        told = ask(ROOT + "/search", "POST", json={"query": term, **of_kind})
        for answer in (*texts, told):
            assert answer.status_code in seen, (term, kind, answer.text)
            assert answer.status_code == told.status_code, (term, kind)
            seen[answer.status_code] += 1
            assert "hidden trial" not in answer.text
        if told.status_code == 400:
            assert [answer.json()["errors"][0]["column"] for answer in texts] == [1, 1]
            assert told.json()["errors"][0]["pointer"] == "/query"
        else:
            assert texts[0].json()["items"] == told.json()["items"]
    assert min(seen.values()) > 150, seen
