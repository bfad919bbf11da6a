"""The catalogue through HTTP: who may do what on which route, and what hostile questions get."""

import concurrent.futures
import contextlib
import csv
import io
import random
import re
import socket
import threading
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
import uvicorn
from argon2 import PasswordHasher
from harness.waiting import until

from mdjourney_gateway.accounts import Accounts, Slowdown
from mdjourney_gateway.app import Gateway, create_app
from mdjourney_gateway.metadata_store import Came
from mdjourney_gateway.settings import Settings
from mdjourney_gateway.state import State
from mdjourney_store.connection import Store
from mdjourney_store.connector import Connector
from mdjourney_store.viewer import Sight

ROOT = "/api/catalog/v1"
PASSWORD = "correct horse battery"


class Front:
    """A gateway on a real port, on the test's database."""

    def __init__(self, home: Path, store: Store) -> None:
        state = State.open(home)
        accounts = Accounts(state, PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
        settings = Settings(home=home, allowed_roots=(home,))
        self.gateway: Gateway = create_app(
            settings, with_store=False, accounts=accounts, slowdown=Slowdown(), state=state
        )
        self.gateway.store._came = Came(store, "")
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        config = uvicorn.Config(self.gateway.app, lifespan="off", log_config=None, ws="none")
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(target=self._server.run, args=([self._listener],))
        self._clients: dict[str, httpx.Client] = {}

    def __enter__(self) -> "Front":
        self._thread.start()
        until(lambda: self._server.started, every=0.005, why="the gateway being up")
        return self

    def __exit__(self, *_: object) -> None:
        for client in self._clients.values():
            client.close()
        self._server.should_exit = True
        self._thread.join(20)
        self._listener.close()
        self.gateway.state.close()

    def as_(self, name: str, role: str = "researcher") -> httpx.Client:
        if name not in self._clients:
            self.gateway.accounts.add(name, role=role, password=PASSWORD)  # type: ignore[arg-type]
            client = httpx.Client(base_url=self.url, timeout=30)
            answer = client.post("/api/auth/login", json={"username": name, "password": PASSWORD})
            client.headers["X-CSRF-Token"] = answer.json()["csrf_token"]
            self._clients[name] = client
        return self._clients[name]


@pytest.fixture
def front(tmp_path: Path, store: Store, rows: Any) -> Iterator[Front]:
    rows(
        "INSERT INTO user_detail (user_id, domain) VALUES ('ann', 'local'), ('otto', 'local'), ('eve', 'local')"
    )
    rows(
        "INSERT INTO project_detail (project_id, name, details) VALUES ('p', 'Hidden study', '{\"x\": \"#secret\"}'), ('q', 'Other', '{}')"
    )
    rows(
        "INSERT INTO user_project_role_linking (user_id, domain, project_id, role) VALUES ('ann', 'local', 'p', 'admin'),"
        " ('otto', 'local', 'p', 'operator'), ('eve', 'local', 'q', 'admin')"
    )
    rows(
        "INSERT INTO dataset_detail (dataset_id, project_id, title, rel_path) VALUES ('d', 'p', 'Hidden data', 'p/d')"
    )
    rows(
        "INSERT INTO trial_detail (trial_id, project_id, user_id, user_domain, birth_timestamp, metadata) VALUES"
        ' (\'t\', \'p\', \'otto\', \'local\', now(), \'{"experiment_name": "=Hidden run", "quality": {"rin": 7.5}, "note": "#secret"}\')'
    )
    rows(
        "INSERT INTO file_entry (dataset_id, path, extension, size_bytes, entry_sha256)"
        " VALUES ('d', 'raw/hidden_plate-7.csv', '.csv', 5, repeat('0', 64))"
    )
    rows(
        "INSERT INTO audit_event (actor_user_id, actor_domain, action, object_type, object_id, project_id, detail)"
        " VALUES ('ann', 'local', 'role', 'project', 'p', 'p', '{\"user_id\": \"otto\"}')"
    )
    Connector(store).drain()
    rows(
        "INSERT INTO connector_queue (entity_type, entity_id, parked, last_error) VALUES ('trial', 't', TRUE, 'Hidden: bad')"
    )
    home = tmp_path / "home"
    home.mkdir(mode=0o700)
    with Front(home, store) as front:
        yield front


#: What is asked on each route: path values and a body. A route that is not here fails the test below.
CALLS: dict[tuple[str, str], tuple[str, Any]] = {
    ("GET", "/projects"): ("/projects", None),
    ("GET", "/projects/{project_id}"): ("/projects/p", None),
    ("GET", "/projects/{project_id}/history"): ("/projects/p/history", None),
    ("PUT", "/projects/{project_id}/roles/{user_id}"): ("/projects/p/roles/otto", {"role": "operator"}),
    ("GET", "/trials"): ("/trials", None),
    ("POST", "/trials"): ("/trials", {"project_id": "p"}),
    ("GET", "/trials/{trial_id}"): ("/trials/t", None),
    ("GET", "/trials/{trial_id}/timeline"): ("/trials/t/timeline", None),
    ("POST", "/trials/{trial_id}/heartbeat"): ("/trials/t/heartbeat", {}),
    ("PUT", "/trials/{trial_id}/metadata"): (
        "/trials/t/metadata",
        {"metadata": {"experiment_name": "Hidden run"}},
    ),
    ("POST", "/trials/{trial_id}/death"): ("/trials/t/death", {"clean_exit": True}),
    ("GET", "/datasets"): ("/datasets", None),
    ("GET", "/datasets/{dataset_id}"): ("/datasets/d", None),
    ("GET", "/datasets/{dataset_id}/files"): ("/datasets/d/files", None),
    ("GET", "/tags"): ("/tags", None),
    ("GET", "/fields"): ("/fields", None),
    ("GET", "/changes"): ("/changes", None),
    ("GET", "/audit"): ("/audit", None),
    ("GET", "/people"): ("/people", None),
    ("GET", "/graph/{kind}/{identifier:path}"): ("/graph/trial/t", None),
    ("GET", "/health"): ("/health", None),
    ("GET", "/search"): ("/search?q=hidden&kind=file", None),
    ("POST", "/search"): ("/search", {"query": {"text": "hidden"}}),
    ("GET", "/facets"): ("/facets", None),
    ("GET", "/search.csv"): ("/search.csv?fields=rin", None),
    ("GET", "/preview"): ("/preview?text=%23a", None),
    ("GET", "/searches"): ("/searches", None),
    ("POST", "/searches"): ("/searches", {"name": "mine", "query": "a"}),
    ("DELETE", "/searches/{saved_search_id}"): (f"/searches/{uuid.UUID(int=0)}", None),
}
#: Answers that are the same for everybody who is signed in.
NOTHING_HIDDEN = {
    "GET /preview",
    "GET /searches",
    "POST /searches",
    "DELETE /searches/{saved_search_id}",
}
#: (admin of the platform, reader, admin of the project, operator) where not all get 200
CHANGES: dict[str, tuple[int, int, int, int]] = {
    "PUT /projects/{project_id}/roles/{user_id}": (204, 403, 204, 403),
    "POST /trials": (201, 403, 201, 201),
    "POST /trials/{trial_id}/heartbeat": (200, 403, 200, 200),
    "PUT /trials/{trial_id}/metadata": (200, 403, 200, 200),
    "POST /trials/{trial_id}/death": (200, 403, 200, 200),
    "POST /searches": (201, 201, 201, 201),
    "DELETE /searches/{saved_search_id}": (404, 404, 404, 404),
}


def routes(front: Front) -> set[tuple[str, str]]:
    found = set()
    for path, methods in front.gateway.inner.openapi()["paths"].items():
        if path.startswith(ROOT):
            found |= {(method.upper(), path.removeprefix(ROOT)) for method in methods}
    return found


def mounted(router: Any, prefix: str = "") -> Iterator[tuple[str, str]]:
    """Every route below the catalogue's root that the application itself would answer, told in its OpenAPI or not."""
    for route in router.routes:
        included = getattr(route, "original_router", None)
        if included is not None:
            yield from mounted(included, prefix + route.include_context.prefix)
        elif hasattr(route, "methods") and (prefix + route.path).startswith(ROOT):
            path = (prefix + route.path).removeprefix(ROOT)
            yield from ((method, path) for method in route.methods - {"HEAD"})


def test_every_route_of_the_catalogue_is_in_the_table(front: Front) -> None:
    said = {(method, path.replace(":path}", "}")) for method, path in CALLS}
    assert routes(front) == said
    assert set(mounted(front.gateway.inner)) == set(CALLS)


@pytest.mark.parametrize("route", [r for r in CALLS if "{" in r[1]], ids=lambda r: f"{r[0]} {r[1]}")
def test_an_object_of_another_project_is_answered_as_one_that_is_not_there(
    front: Front, route: tuple[str, str]
) -> None:
    """Eve is admin of `q`. A route that forgets to pass its object to the check would know `p`, `t` or `d` for her."""
    path, body = CALLS[route]
    eve = front.as_("eve")

    def ask(place: str) -> tuple[int, str]:
        answer = eve.request(route[0], ROOT + place, json=body)
        return answer.status_code, re.sub(r'"(instance|request_id)":"[^"]*"', "", answer.text)

    hidden = ask(path)
    assert hidden[0] in {403, 404}
    for known, unknown in (("p", "y"), ("t", "y"), ("d", "y")):
        absent = re.sub(rf"/{known}(?=/|$)", f"/{unknown}", path)
        if absent != path:
            status, said = ask(absent)
            assert (status, said.replace("'y'", f"'{known}'").replace(" y", f" {known}")) == hidden


def test_the_table_notices_when_everybody_sees_everything(
    front: Front, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Sight, "of", classmethod(lambda cls, _connection, viewer: cls(viewer, None)))
    eve = front.as_("eve")
    reads = [path for (method, template), (path, _) in CALLS.items() if method == "GET" and "{" in template]
    assert {eve.get(ROOT + path).status_code for path in reads} == {200}


def test_lists_search_and_counts_are_those_of_ones_own_projects(front: Front) -> None:
    """Every route without an object in its path: what Eve gets of `p` is what she would get if it were not there."""
    eve = front.as_("eve")
    lists = [(r, c) for r, c in CALLS.items() if r[0] == "GET" and "{" not in r[1] and r[1] != "/health"]
    before = {r: eve.get(ROOT + path).text for r, (path, _) in lists}
    with front.gateway.store.store().transaction() as connection:
        connection.execute("DELETE FROM trial_detail")
        connection.execute("DELETE FROM dataset_detail")
        connection.execute("DELETE FROM user_project_role_linking WHERE project_id = 'p'")
        connection.execute("UPDATE project_detail SET deleted_at = now() WHERE project_id = 'p'")
    Connector(front.gateway.store.store()).drain()
    after = {r: eve.get(ROOT + path).text for r, (path, _) in lists}
    for route, said in before.items():
        assert _lasting(said) == _lasting(after[route]), route


#: Every parameter that names an object, with one of another project.
NAMING = [
    "/trials?project_id=p", "/trials?dataset_id=d", "/trials?user_id=otto", "/datasets?project_id=p", "/changes?project_id=p",
    "/audit?project_id=p", "/search?q=project:p", "/search?q=id:t", "/search?q=id:p", "/search?q=id:d", "/search?q=user:otto",
    "/search?q=kind:file+dataset:d", "/search?q=kind:file+project:p", "/facets?q=project:p", "/facets?q=id:t", "/facets?q=tag:secret",
    "/facets?q=kind:file+dataset:d", "/search.csv?q=id:t&fields=note", "/tags?q=secret", "/fields?q=rin", "/people?q=otto",
]  # fmt: skip


def test_a_parameter_that_names_what_is_hidden_finds_nothing(front: Front) -> None:
    eve, ann = front.as_("eve"), front.as_("ann")
    for path in NAMING:
        answer = eve.get(ROOT + path)
        assert answer.status_code in {200, 403, 404}, path
        if answer.status_code == 200 and "csv" not in path:
            said = answer.json()
            assert not said.get("items"), path
            assert not said.get("facets"), path
        for word in ("idden", "otto", "note", "rin"):
            assert word not in answer.text.replace("note\r\n", ""), path
        assert ann.get(ROOT + path).status_code == 200, path


def _lasting(said: str) -> str:
    return re.sub(r'"next_cursor":"[^"]*"', "", said)


@pytest.mark.parametrize("route", list(CALLS), ids=lambda r: f"{r[0]} {r[1]}")
def test_each_route_for_each_role(front: Front, route: tuple[str, str]) -> None:
    path, body = CALLS[route]
    name = f"{route[0]} {route[1]}"

    def ask(client: httpx.Client) -> httpx.Response:
        return client.request(route[0], ROOT + path, json=body)

    with httpx.Client(base_url=front.url) as nobody:
        assert ask(nobody).status_code == 401
        assert (
            nobody.request(
                route[0], ROOT + path, json=body, headers={"Authorization": "Bearer mdj_x"}
            ).status_code
            == 401
        )
    admin, reader = front.as_("root", "admin"), front.as_("pia", "reader")
    expected = CHANGES.get(name, (200, 200, 200, 200))
    got = tuple(ask(client).status_code for client in (admin, reader, front.as_("ann"), front.as_("otto")))
    assert got == expected
    stranger = ask(front.as_("eve"))
    for word in ("Hidden", "hidden", "secret", "otto"):
        assert word not in stranger.text, name
    if (
        name not in NOTHING_HIDDEN
        and stranger.status_code < 300
        and stranger.headers["content-type"] == "application/json"
    ):
        said = stranger.json()
        assert "'p'" not in str(said)
        assert "'t'" not in str(said)
    if stranger.status_code >= 300:
        assert stranger.status_code in {403, 404}


def test_who_changed_roles_is_told_to_those_who_administer_the_project(front: Front) -> None:
    people = {
        "root": "admin",
        "ann": "researcher",
        "otto": "researcher",
        "pia": "reader",
        "eve": "researcher",
    }
    one = {n: front.as_(n, role).get(ROOT + "/audit?project_id=p").status_code for n, role in people.items()}
    assert one == {"root": 200, "ann": 200, "otto": 403, "pia": 403, "eve": 404}
    seen = {n: len(front.as_(n).get(ROOT + "/audit").json()["items"]) for n in people}
    assert seen == {"root": 1, "ann": 1, "otto": 0, "pia": 0, "eve": 0}


def test_a_birth_that_is_sent_again_and_again_is_one_trial(front: Front, rows: Any) -> None:
    otto = front.as_("otto")
    headers = {**otto.headers, "Idempotency-Key": "of the instrument", "Cookie": _cookie(otto)}

    def born(number: int, **more: Any) -> httpx.Response:
        body = {"project_id": "p", "metadata": {"n": 1}, **more}
        return httpx.post(front.url + ROOT + "/trials", json=body, headers=headers, timeout=30)

    with concurrent.futures.ThreadPoolExecutor(6) as six:
        answers = list(six.map(born, range(6)))
    assert {a.status_code for a in answers} == {201}
    assert len({a.json()["trial_id"] for a in answers}) == 1
    assert born(7, metadata={"n": 2}).status_code == 409
    assert rows("SELECT count(*) AS n FROM trial_detail WHERE metadata = '{\"n\": 1}'") == [{"n": 1}]
    assert rows("SELECT count(*) AS n FROM trial_event WHERE event = 'birth'") == [{"n": 1}]


def _cookie(client: httpx.Client) -> str:
    return "; ".join(f"{name}={value}" for name, value in client.cookies.items())


def test_a_token_that_reads_changes_nothing(front: Front) -> None:
    made = front.as_("ann").post("/api/auth/tokens", json={"name": "x", "scopes": ["read"], "days": 1})
    with httpx.Client(
        base_url=front.url, headers={"Authorization": f"Bearer {made.json()['token']}"}
    ) as token:
        assert token.get(ROOT + "/trials/t").status_code == 200
        for (method, _), (path, body) in CALLS.items():
            if method != "GET":
                assert token.request(method, ROOT + path, json=body).status_code == 403, path


def test_an_admins_token_without_the_admin_scope_sees_no_more_than_a_researcher(front: Front) -> None:
    made = front.as_("root", "admin").post(
        "/api/auth/tokens", json={"name": "x", "scopes": ["read"], "days": 1}
    )
    with httpx.Client(
        base_url=front.url, headers={"Authorization": f"Bearer {made.json()['token']}"}
    ) as token:
        assert token.get(ROOT + "/trials/t").status_code == 404
        assert token.get(ROOT + "/projects").json()["items"] == []


PIECES = [
    "'", '"', ";", "--", "/*", "*/", "\\", "%", "%s", "%(x)s", "$$", "$1", "||", "{}", "()", "(", ")", ":", "=", "!=", ">=", "<", "#",
    "#a", "NOT ", " AND ", " OR ", "-", "*", "a*", "'*", "\\*", "!*", "a:b", "tag:", "born>2026-01-01", "born:9999-12-31",
    "born>0001-01-01T00:00:00+23:59", "at<0001-01-01", "x.y>=1e308", "rin<nan", "rin=inf", "status:'", "kind:\\", "kind:file", "size>1e99",
    "size<-1e400", "path:'", "ext:%", "DROP TABLE trial_detail", "1=1", "' OR '1'='1", "UNION SELECT", "\u202e", "\U0001f600", "\ud7ff",
    "ß", "&", "|", "!", "<->", "a&b", "a|!b", "'a':*", "project_id", "id:%", "x[0]:1", "\t", "\x01", "\x1f", "\0", "trial:", "links:'", "links:x",
    "rin:7", "rin>7", "experiment_name:Hid", "note:#", "a" * 300, "((((((((((", "\u0661", "½", "_", "experiment_name>=zz", "user:\x7f",
]  # fmt: skip


def test_a_thousand_hostile_questions_get_an_answer_or_a_reason(front: Front, rows: Any) -> None:
    dice = random.Random(5)
    reader = front.as_("pia", "reader")
    eve = front.as_("eve")
    for number in range(1000):
        query = dice.choice(["", " "]).join(dice.choices(PIECES, k=dice.randint(1, 7)))
        client, path = (reader, eve)[number % 2], ("/search", "/facets", "/search.csv")[number % 3]
        answer = client.get(ROOT + path, params={"q": query})
        # 503, were it not answered before its deadline
        assert answer.status_code in {200, 400, 422}, (query, answer.text)
        if client is eve:
            assert "Hidden" not in answer.text, query
    assert rows("SELECT count(*) AS n FROM trial_detail") == [{"n": 1}]


JSON_QUERIES: list[Any] = [
    None, 1, "x", [], {}, {"and": {}}, {"or": []}, {"not": None}, {"text": 3}, {"text": "\0"}, {"field": "rin", "op": "~", "value": 1},
    {"field": "rin", "op": ">", "value": {}}, {"field": "rin", "op": ">", "value": True}, {"field": "", "op": "=", "value": ""},
    {"field": "x" * 5000, "op": "=", "value": 1}, {"and": [{"text": "a"}] * 100}, {"text": "a", "tag": "b"}, {"field": "at", "op": ">", "value": 5},
]  # fmt: skip


@pytest.mark.parametrize("query", JSON_QUERIES, ids=str)
def test_a_hostile_query_in_json_gets_an_answer_or_a_reason(front: Front, query: Any) -> None:
    assert front.as_("pia", "reader").post(ROOT + "/search", json={"query": query}).status_code in {
        200,
        400,
        422,
    }


def test_a_query_that_nests_without_end_is_refused(front: Front) -> None:
    body = '{"query": ' + '{"not": ' * 3000 + '{"text": "a"}' + "}" * 3000 + "}"
    answer = front.as_("pia", "reader").post(
        ROOT + "/search", content=body, headers={"Content-Type": "application/json"}
    )
    assert answer.status_code in {400, 422}


def test_a_short_name_finds_a_field_and_a_file_is_found_by_a_word_of_its_path(front: Front) -> None:
    reader = front.as_("pia", "reader")

    def found(query: str, **more: str) -> list[str]:
        items = reader.get(ROOT + "/search", params={"q": query, **more}).json()["items"]
        return [item["entity_id"] if item["kind"] != "file" else item["path"] for item in items]

    assert found("rin > 7") == found("quality.rin > 7") == found("rin:7.5") == ["t"]
    assert found("in > 7") == found("rin > 8") == []
    assert found("plate", kind="file") == found("kind:file plat*") == ["raw/hidden_plate-7.csv"]
    assert found("kind:file ext:csv size>=5 project:p") == ["raw/hidden_plate-7.csv"]
    assert found("kind:file size>5") == []
    assert reader.get(ROOT + "/search", params={"q": "kind:file rin>7"}).status_code == 400


def test_a_table_opens_in_a_spreadsheet_without_running_anything(front: Front) -> None:
    answer = front.as_("pia", "reader").get(ROOT + "/search.csv", params={"kind": "trial", "fields": "rin"})
    assert answer.headers["content-type"].startswith("text/csv")
    assert "attachment" in answer.headers["content-disposition"]
    (row,) = csv.DictReader(io.StringIO(answer.text))
    assert (row["entity_id"], row["title"], row["rin"], row["tags"]) == ("t", "'=Hidden run", "7.5", "secret")


def test_what_changed_since_is_told_once_and_in_order(front: Front) -> None:
    otto = front.as_("otto")
    first = otto.get(ROOT + "/changes").json()
    for number in range(5):
        otto.post(ROOT + "/trials", json={"trial_id": f"n{number}", "project_id": "p"})
    seen, cursor = [], first["next_cursor"]
    for _ in range(10):
        answer = otto.get(ROOT + "/changes", params={"cursor": cursor, "limit": 2}).json()
        seen += [item["trial_id"] for item in answer["items"]]
        cursor = answer["next_cursor"]
    assert seen == [f"n{n}" for n in range(5)]
    assert front.as_("eve").get(ROOT + "/changes").json()["items"] == []
    later = otto.get(ROOT + "/changes", params={"since": "2999-01-01T00:00:00Z"}).json()
    assert later["items"] == []


def test_a_change_under_way_holds_back_what_came_after_it(front: Front, urls: Any) -> None:
    import psycopg

    otto = front.as_("otto")
    cursor = otto.get(ROOT + "/changes").json()["next_cursor"]
    with contextlib.closing(psycopg.connect(urls.owner_url)) as slow:
        slow.execute("INSERT INTO trial_event (trial_id, project_id, event) VALUES ('t', 'p', 'slow')")
        otto.post(ROOT + "/trials", json={"trial_id": "quick", "project_id": "p"})
        answer = otto.get(ROOT + "/changes", params={"cursor": cursor}).json()
        assert answer["items"] == []
        slow.commit()
    answer = otto.get(ROOT + "/changes", params={"cursor": answer["next_cursor"]}).json()
    assert [item["event"] for item in answer["items"]] == ["slow", "birth"]
