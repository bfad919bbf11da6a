"""Every route times every kind of person: who may see and change what, whatever route is added next."""

import contextlib
import json
import re
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from api.conftest import ADA, client, headers, launch, recorded
from fastapi import APIRouter, Depends, FastAPI
from fastapi.routing import APIRoute
from harness.waiting import until

from mdjourney_backend.api.access import SIFTED, TREE_WIDE, authorize
from mdjourney_backend.api.events import Listener, _may_pass, _sight
from mdjourney_backend.app import create_app
from mdjourney_backend.assembly import Backend
from mdjourney_backend.changes import Ref
from mdjourney_backend.permissions import RoleBook
from mdjourney_backend.sync.gathering import gather
from mdjourney_backend.sync.worker import SyncStatus
from mdjourney_contract.people import SYSTEM, Identity
from mdjourney_contract.problems import Unavailable
from mdjourney_store import roles
from mdjourney_store.connection import Store
from mdjourney_store.embedded import EmbeddedPostgres
from mdjourney_store.migrate import upgrade
from mdjourney_store.projection import Projection
from mdjourney_store.rows import Origin
from mdjourney_store.viewer import Viewer

pytestmark = pytest.mark.anyio

#: A store that is away: roles come from what it said last, kept on disk.
AWAY = "postgresql://nobody@127.0.0.1:1/away"

BOB = Identity(user_id="bob")
DAN = Identity(user_id="dan")
READER = Identity(user_id="pi", role="reader")
#: person -> what they are to p_Heat, to p_Cold, to the tree
PEOPLE: dict[str, tuple[Identity, str | None, str | None, str | None]] = {
    "owner of the config": (ADA, "admin", "admin", "admin"),
    "operator of the project": (BOB, "operator", None, "operator"),
    "admin of the project": (Identity(user_id="cyd"), "admin", None, "operator"),
    "operator of another project": (DAN, None, "operator", "operator"),
    "stranger": (Identity(user_id="eve"), None, None, None),
    "reader": (READER, "reader", "reader", "reader"),
    "platform admin": (Identity(user_id="root", role="admin"), "admin", "admin", "admin"),
    "another backend": (SYSTEM, "admin", "admin", "admin"),
    "namesake from elsewhere": (Identity(user_id="bob", domain="elsewhere"), None, None, None),
}
RANK = {None: 0, "reader": 1, "operator": 2, "admin": 3}


@pytest.fixture
def root(tmp_path: Path) -> Path:
    for folder in ("p_Heat/d", "p_Cold/d"):
        (tmp_path / "lab" / folder).mkdir(parents=True)
        (tmp_path / "lab" / folder / "a.csv").write_text("x\n1\n")
    return tmp_path / "lab"


@pytest.fixture
def backend(root: Path, tmp_path: Path) -> Iterator[Backend]:
    """A backend whose store is away; before that, the store had told it the roles."""
    given = launch(root, tmp_path / "home", watch="off", history={"git": True, "dvc": False}, members=["bob"])
    before = Backend(given)
    before.start("127.0.0.1", 1)
    before.rescan()
    for dataset in before.tree.datasets():
        before.runs.start(dataset.dataset_id, "computational_workflow", actor=ADA)
    before.stop()
    told = {
        "p_Heat": [["ada", "local", "admin"], ["bob", "local", "operator"], ["cyd", "local", "admin"]],
        "p_Cold": [["ada", "local", "admin"], ["dan", "local", "operator"]],
    }
    kept = {p.project_id: told[p.path] for p in before.tree.projects()}
    (before.leadership.journal_dir / "roles.json").write_text(json.dumps(kept))
    made = Backend(given.model_copy(update={"database_url": AWAY}))
    made.start("127.0.0.1", 1)
    try:
        yield made
    finally:
        made.stop()


def routes(backend: Backend) -> list[tuple[str, str]]:
    """Method and path of every route of the app."""
    found = [(m, f"/api/v1{r.path}") for r in below(inner(backend).router) for m in sorted(r.methods)]
    assert len(found) > 40
    return found


def below(router: APIRouter) -> Iterator[APIRoute]:
    """The routes of a router and of those it includes."""
    for one in router.routes:
        included = getattr(one, "original_router", None)
        if isinstance(one, APIRoute):
            yield one
        elif included is not None:
            yield from below(included)


def inner(backend: Backend) -> FastAPI:
    app = create_app(backend)._app
    assert isinstance(app, FastAPI)
    return app


def of_place(backend: Backend, project: str) -> dict[str, str]:
    """What stands in the place of a route's parameters: ids of that project."""
    (dataset,) = [d for d in backend.tree.datasets() if d.path.startswith(project)]
    (run,) = backend.tree.runs(dataset.dataset_id)
    return {
        "project_id": dataset.project_id,
        "dataset_id": dataset.dataset_id,
        "run_id": run.run_id,
        "other": run.run_id,
        "kind": "dataset_administrative",
        "slug": "scope",
        "name": "project_descriptive",
        "template": "computational_workflow",
        "commit": "0" * 40,
        "path": "b.csv",
        "path:path": "b.csv",
        "path:datapath": "b.csv",
    }


def expected(method: str, path: str, person: str) -> str:
    """`in`, `closed` (403) or `unknown` (404)."""
    _, heat, _, tree = PEOPLE[person]
    if tree is None or (tree == "reader" and method != "GET"):
        return "closed"
    if re.search(r"\{(project|dataset|run)_id\}", path):
        return "unknown" if heat is None else "in" if method == "GET" or RANK[heat] >= 2 else "closed"
    return "in" if RANK[tree] >= RANK[TREE_WIDE[method, path.removeprefix("/api/v1")]] else "closed"


@pytest.mark.parametrize("person", PEOPLE)
async def test_every_route_is_open_to_exactly_the_right_people(
    backend: Backend, person: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(backend, "rescan", lambda: None)
    values = of_place(backend, "p_Heat")
    (cold,) = [p.project_id for p in backend.tree.projects() if p.path == "p_Cold"]
    wrong = []
    async with client(backend, PEOPLE[person][0]) as http:
        for method, path in routes(backend):
            if method == "HEAD":  # answers as GET of the same address, and without words
                assert ("GET", path) in routes(backend), path
                continue
            url = re.sub(r"\{([\w:]+)\}", lambda m: values[m[1]], path)
            if path.endswith("/events"):  # never ends for those it is open to
                continue
            answer = await http.request(
                method, url, params={"document": "p_Heat/.metadata/project_descriptive.json"}
            )
            found = {403: "closed", 404: "unknown"}.get(answer.status_code, "in")
            detail = answer.json().get("detail", "") if found != "in" else ""
            if found == "unknown" and "has the identifier" not in detail:
                found = "in"  # let in, and then told that a record or commit is not there
            if (
                (method, path.removeprefix("/api/v1")) in SIFTED
                and PEOPLE[person][1] is None
                and found == "in"
            ):
                assert cold not in answer.text or PEOPLE[person][2], (method, path)
                assert values["project_id"] not in answer.text, (method, path)
            if found != expected(method, path, person):
                wrong.append((method, path, answer.status_code, detail))
            assert answer.status_code < 500, (method, path, answer.text)
    assert wrong == []


def test_every_route_is_covered_by_a_rule(backend: Backend) -> None:
    found = {(m, p.removeprefix("/api/v1")) for m, p in routes(backend)}
    free = {(m, p) for m, p in found if not re.search(r"\{(project|dataset|run)_id\}", p)}
    assert free == set(TREE_WIDE)
    assert set(TREE_WIDE) >= SIFTED


async def test_a_route_that_was_forgotten_is_closed_to_everybody(backend: Backend) -> None:
    app = inner(backend)
    new = APIRouter()
    new.add_api_route("/api/v1/new", lambda: "secret")
    app.include_router(new, dependencies=[Depends(authorize)])
    door = create_app(backend, app)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(door), base_url="http://b") as http:
        for who, *_ in PEOPLE.values():
            answer = await http.get("/api/v1/new", headers=headers(who))
            assert answer.status_code == 403


async def test_lists_hold_only_the_projects_a_person_has_a_role_in(backend: Backend, root: Path) -> None:
    (root / "p_Heat/loose.txt").write_text("x")
    for name, (who, heat, cold, tree) in PEOPLE.items():
        if tree is None:
            continue
        seen = {p for p, role in (("p_Heat", heat), ("p_Cold", cold)) if role}
        async with client(backend, who) as http:
            projects = (await http.get("/api/v1/projects")).json()["items"]
            owed = (await http.get("/api/v1/inbox")).json()["items"]
            skipped = (await http.get("/api/v1/skipped")).json()["items"]
            health = (await http.get("/api/v1/health")).json()
        assert {p["path"] for p in projects} == seen, name
        assert {i["document"].split("/")[0] for i in owed} == seen, name
        assert any(s["path"] == "p_Heat/loose.txt" for s in skipped) == bool(heat), name
        assert health["skipped"] == len(skipped)


async def test_documents_of_a_project_that_is_hidden_are_not_told_of_by_path(backend: Backend) -> None:
    document = "p_Heat/.metadata/project_descriptive.json"
    of = {"document": document}
    asked = [
        ("GET", "/history", of, None),
        ("GET", "/history/field", {**of, "pointer": "/project_title"}, None),
        ("GET", "/origins", of, None),
        ("GET", "/history/HEAD/diff", of, None),
        ("POST", "/history/HEAD/restore", {}, of),
    ]
    recorded(backend)
    async with client(backend, ADA) as mine:
        commit = (await mine.get("/api/v1/history", params=of)).json()["items"][0]["commit"]
    for who in (DAN, Identity(user_id="eve")):
        async with client(backend, who) as http:
            for method, path, params, body in asked:
                url = f"/api/v1{path.replace('HEAD', commit)}"
                answer = await http.request(method, url, params=params, json=body)
                assert answer.status_code == (404 if who is DAN else 403), (who.user_id, path, answer.text)
                assert "Heat" not in answer.text.replace(document, ""), (path, answer.text)


#: Events that name places.
KINDS = (b"document", b"ingest", b"history")


async def test_what_is_wrong_in_a_project_is_told_without_its_name_to_those_who_do_not_see_it(
    backend: Backend, monkeypatch: pytest.MonkeyPatch
) -> None:
    leading = backend.leading
    assert leading is not None
    wrong = SyncStatus("ok", 0, "not stored: p_Heat/.metadata/project_descriptive.json: no title")
    monkeypatch.setattr(leading.sync, "status", lambda: wrong)
    problem = wrong.problem
    for who, role, _, tree in PEOPLE.values():
        if tree is None:
            continue
        rights = backend.roles.rights(who)
        listener = Listener(backend, rights, None)
        listener._shown = (b"before", b"before")
        (event,) = [e for e in listener.pulse() if b"event: health" in e]
        async with client(backend, who) as http:
            told = (await http.get("/api/v1/health")).json()["sync"]["problem"]
        assert (told == problem) == (role is not None), who
        assert (b"p_Heat" in event) == (role is not None), who
        theirs = Listener(backend, backend.roles.rights(ADA), None)
        theirs._shown = (b"before", b"before")
        (event,) = [e for e in theirs.pulse() if b"event: health" in e]
        assert _may_pass(_sight(backend, rights), event.strip()) == (role is not None), who


async def test_events_of_a_project_reach_only_those_who_see_it(backend: Backend) -> None:
    leading = backend.leading
    assert leading is not None
    start = f"{leading.journal_id}-{leading.journal.events.last()}"
    (heat,) = [d for d in backend.tree.datasets() if d.path == "p_Heat/d"]
    async with client(backend) as http:
        url = f"/api/v1/datasets/{heat.dataset_id}/metadata/dataset_administrative"
        saved = await http.patch(url, json={"dataset_title": "Hot"}, headers={"If-Match": "*"})
        assert saved.status_code == 200
    leading.journal.emit("ingest", {"dataset_id": heat.dataset_id, "path": heat.path, "files": 1})
    leading.journal.emit("history", {"commit": "0", "subject": f"restore {heat.path}/x.json from history"})
    for who, role, *_ in PEOPLE.values():
        rights = backend.roles.rights(who)
        told = Listener(backend, rights, start).news()
        seen = {kind: any(b"event: " + kind in e and b"p_Heat" in e for e in told) for kind in KINDS}
        assert set(seen.values()) == {role is not None}, (who, seen)
        assert any(b"p_Heat" in e for e in told) == (role is not None)
        for event in Listener(
            backend, backend.roles.rights(ADA), start
        ).news():  # as a follower passes them on
            if b"p_Heat" in event:
                assert _may_pass(_sight(backend, rights), event.strip()) == (role is not None)


async def test_a_project_the_store_has_not_told_of_goes_by_the_config(backend: Backend, root: Path) -> None:
    (root / "p_New/d").mkdir(parents=True)
    backend.mark("p_New")
    until(lambda: any(p.path == "p_New" for p in backend.tree.projects()))
    (new,) = [p.project_id for p in backend.tree.projects() if p.path == "p_New"]
    assert {who.user_id: backend.roles.rights(who).role(new) for who in (ADA, BOB, DAN, READER)} == {
        "ada": "admin", "bob": "operator", "dan": None, "pi": "reader",
    }  # fmt: skip


@pytest.fixture
def database() -> Iterator[str]:
    folder = Path(tempfile.mkdtemp(dir="/tmp", prefix="m"))
    folder.chmod(0o711)
    server = EmbeddedPostgres(folder / "h", shared=folder / "s", durable=False)
    urls = server.start()
    try:
        upgrade(urls.owner_url)
        yield urls.owner_url
    finally:
        server.stop()
        shutil.rmtree(folder)


@pytest.fixture
def closing() -> Iterator[contextlib.ExitStack]:
    with contextlib.ExitStack() as stack:
        yield stack


def test_roles_follow_the_store_and_outlive_it(
    database: str, tmp_path: Path, closing: contextlib.ExitStack
) -> None:
    project = "0d6cbd5e-4ba5-4b43-a2b3-1e9c0a0b0c0d"
    document = tmp_path / "p_A/.metadata/project_descriptive.json"
    document.parent.mkdir(parents=True)
    document.write_text(json.dumps({"project_identifier": project}))
    store = Store(database)
    closing.callback(store.close)
    origin = Origin("0d6cbd5e-4ba5-4b43-a2b3-1e9c0a0b0c0e", "host", str(tmp_path), ADA, (BOB,))

    def book(url: str) -> RoleBook:
        given: dict[str, Any] = {"owner": ADA, "members": ["bob"], "project_ids": lambda: [project]}
        made = RoleBook(tmp_path / "home/roles.json", database_url=url, **given)
        closing.callback(made.stop)
        return made

    first = book(database)
    first.refresh()
    assert (
        first.rights(BOB).role(project) == "operator"
    )  # the config says so: the store does not know the project
    ref = Ref("project_descriptive", "p_A/.metadata/project_descriptive.json")
    Projection(store, origin).send([gather(tmp_path, ref, people=[ADA, BOB])])
    roles.set_role(store, Viewer.of(ADA), project, BOB, None)
    roles.set_role(store, Viewer.of(ADA), project, DAN, "operator")
    first.refresh()
    for told in (first, book(AWAY)):  # the second has only what was kept on disk
        assert told.rights(BOB).role(project) is None
        assert told.rights(DAN).role(project) == "operator"
        assert told.rights(ADA).role(project) == "admin"
        assert told.rights(BOB).in_tree == "operator"
    away = book(AWAY)
    with pytest.raises(Unavailable):
        away.refresh()
    assert away.rights(DAN).role(project) == "operator"
    assert (tmp_path / "home/roles.json").stat().st_mode & 0o777 == 0o600


def test_a_store_that_appears_is_told_what_was_saved_while_there_was_none(
    database: str, root: Path, tmp_path: Path, closing: contextlib.ExitStack
) -> None:
    given = launch(root, tmp_path / "home", watch="off", history={"git": False, "dvc": False})
    alone = Backend(given)
    alone.start("127.0.0.1", 1)
    alone.rescan()
    projects = {p.project_id for p in alone.tree.projects()}
    alone.stop()
    later = Backend(given.model_copy(update={"database_url": database}))
    later.start("127.0.0.1", 1)
    closing.callback(later.stop)

    def in_step() -> bool:
        return later.leading is not None and bool(later.leading.health()["in_step"])

    until(in_step)
    store = Store(database)
    closing.callback(store.close)
    with store.transaction() as connection:
        rows = connection.execute("SELECT project_id FROM project_detail").fetchall()
        files = connection.execute("SELECT count(*) AS n FROM dataset_detail").fetchone()
    assert {r["project_id"] for r in rows} == projects
    for project in projects:
        roles.set_role(store, Viewer.of(PEOPLE["platform admin"][0]), project, DAN, "operator")
    later.stop()

    # the config gets a member, and one whose role was taken away before
    given = launch(
        root, tmp_path / "home", watch="off", history={"git": False, "dvc": False}, members=["bob", "cyd"]
    )
    again = Backend(given.model_copy(update={"database_url": database}))
    again.start("127.0.0.1", 1)
    closing.callback(again.stop)
    cyd = Identity(user_id="cyd")
    (one, other) = sorted(projects)
    until(lambda: all(again.roles.rights(p).role(one) == "operator" for p in (BOB, cyd, DAN)))
    roles.set_role(store, Viewer.of(ADA), one, BOB, None)
    again.roles.refresh()
    assert again.roles.rights(BOB).role(one) is None
    again.stop()
    last = Backend(given.model_copy(update={"database_url": database}))
    closing.callback(last.roles.stop)
    last.roles.refresh()
    assert (last.roles.rights(BOB).role(one), last.roles.rights(BOB).role(other)) == (None, "operator")
    assert files is not None
    assert files["n"] == 2
