"""One id follows a request: the answer, the gateway's log and audit, the backend's log, its triggers and commits, the store."""

import json

import pytest
from gateway.served import Served, eventually, ready

from mdjourney_contract import tracing
from mdjourney_gateway.sessions.session import Patience


@pytest.mark.slow
def test_one_id_from_the_answer_to_trigger_and_commit(place):
    (place / "data/p_One/d").mkdir(parents=True)
    (place / "data/p_One/d/a.csv").write_text("a,b\n1,2\n")
    with Served(place, kind="real", patience=Patience(ready=60)) as served, served.person() as ada:
        session = ready(ada, place / "data", settle_seconds=0, store={"sync": False}, keep_running=False)
        (project,) = eventually(lambda: ada.get("/api/v1/projects").json()["items"], 60)
        datasets = f"/api/v1/projects/{project['project_id']}/datasets"
        (dataset,) = eventually(lambda: ada.get(datasets).json()["items"], 60)
        runs = f"/api/v1/datasets/{dataset['dataset_id']}/runs"
        answer = ada.post(runs, json={"template": "computational_workflow"})
        assert answer.status_code == 201, answer.text
        request_id = answer.headers["x-request-id"]
        log = place / "home/logs" / f"{session}.log"

        def lines():
            return [line for line in log.read_text().splitlines() if request_id in line]

        eventually(lambda: any("commit" in line for line in lines()), 60)
        assert any("trigger 3" in line for line in lines())
        refused = ada.get("/api/v1/runs/x")
        assert refused.json()["instance"] == refused.headers["x-request-id"]


@pytest.mark.slow
def test_an_uploads_id_reaches_the_trigger_that_describes_the_file_and_its_commit(place):
    (place / "data/p_One/d").mkdir(parents=True)
    (place / "data/p_One/d/a.csv").write_text("a,b\n1,2\n")
    with Served(place, kind="real", patience=Patience(ready=60)) as served, served.person() as ada:
        session = ready(ada, place / "data", settle_seconds=0, store={"sync": False}, keep_running=False)
        (project,) = eventually(lambda: ada.get("/api/v1/projects").json()["items"], 60)
        datasets = f"/api/v1/projects/{project['project_id']}/datasets"
        (dataset,) = eventually(lambda: ada.get(datasets).json()["items"], 60)
        eventually(lambda: ada.get("/api/v1/health").json()["in_step"], 60)
        answer = ada.put(f"/api/v1/datasets/{dataset['dataset_id']}/upload/b.csv", content=b"a,b\n1,2\n")
        assert answer.status_code == 201, answer.text
        request_id = answer.headers["x-request-id"]
        log = place / "home/logs" / f"{session}.log"

        def is_told(what):
            return any(what in line and request_id in line for line in log.read_text().splitlines())

        # a commit is in the log a moment after it is in step
        for what in ("trigger 2", "commit"):
            eventually(lambda what=what: is_told(what))


def test_the_audit_log_names_the_request(served, ada, place):
    made = ada.post("/api/users", json={"username": "grace"})
    noted = [json.loads(line) for line in (place / "home/audit.jsonl").read_text().splitlines()]
    assert noted[-1]["event"] == "account-made"
    assert noted[-1]["request_id"] == made.headers["x-request-id"]
    assert ada.get("/api/users/nobody").json()["instance"] != noted[-1]["request_id"]


def test_the_store_is_asked_under_the_requests_id(store):
    kept = tracing.request_id.set("a1b2")
    try:
        with store.transaction() as connection:
            told = connection.execute("SHOW application_name").fetchone()
    finally:
        tracing.request_id.reset(kept)
    assert "a1b2" in told["application_name"]
    with store.transaction() as connection:
        assert "a1b2" not in connection.execute("SHOW application_name").fetchone()["application_name"]
