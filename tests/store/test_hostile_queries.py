"""Whatever is asked of the query language over HTTP gets an answer or a reason, in time, and nothing it may not see."""

import time
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
from mdjourney_gateway.metadata_store import QUESTION_SECONDS, Came
from mdjourney_gateway.settings import Settings
from mdjourney_gateway.state import State
from mdjourney_store.connection import Store
from mdjourney_store.connector import Connector

ROOT = "/api/catalog/v1"
PASSWORD = "a password for eve"
Ask = Callable[..., httpx.Response]

#: Terms as the grammar has them, filled with anything; and anything at all.
FIELDS = st.sampled_from(
    ["kind", "status", "project", "user", "id", "tag", "born", "at", "trial", "links", "note", "rin", "size", "path", "ext", "x.y"]
)  # fmt: skip
OPERATORS = st.sampled_from([":", "=", "!=", ">", ">=", "<", "<="])
VALUES = st.one_of(
    st.text(max_size=20), st.integers().map(str), st.floats().map(str), st.dates().map(str), st.sampled_from(["'", '"', "\\", "%", "file", "*"])
)  # fmt: skip
TERMS = st.one_of(
    st.tuples(FIELDS, OPERATORS, VALUES).map("".join),
    VALUES.map(lambda value: f'"{value}"'),
    VALUES.map(lambda value: f"#{value}"),
    VALUES,
)
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

    @given(QUERIES, st.sampled_from(["/search", "/facets", "/search.csv"]))
    @settings(max_examples=400, deadline=None, suppress_health_check=list(HealthCheck), database=None)
    def one(query: str, path: str) -> None:
        began = time.monotonic()
        try:
            params = httpx.QueryParams({"q": query})
        except UnicodeEncodeError:
            return  # half a character cannot be sent
        answer = ask(ROOT + path, params=params)
        assert time.monotonic() - began < QUESTION_SECONDS + 1
        assert answer.status_code in seen, (query, answer.text)
        seen[answer.status_code] += 1
        if answer.status_code == 200:
            assert "hidden" not in answer.text.casefold(), query
        else:
            assert answer.json()["errors"], query

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

    @given(JSON)
    @settings(max_examples=300, deadline=None, suppress_health_check=list(HealthCheck), database=None)
    def one(query: Any) -> None:
        try:
            answer = ask(ROOT + "/search", "POST", json={"query": query})
        except UnicodeEncodeError:
            return
        assert answer.status_code in seen, (query, answer.text)
        seen[answer.status_code] += 1
        assert answer.status_code != 200 or "hidden" not in answer.text.casefold(), query

    one()
    assert rows("SELECT count(*) AS n FROM trial_detail") == [{"n": 2}]
    assert seen[200] > 5, seen
