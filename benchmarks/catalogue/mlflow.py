"""A trial's life over HTTP beside MLflow's, both on one PostgreSQL server with `synchronous_commit` and fsync on, in turns.

MLflow is no dependency: `MDJOURNEY_BENCH_MLFLOW` names a virtual environment that has `mlflow` and `psycopg2-binary`.
"""

import contextlib
import http.client
import json
import os
import random
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg

from benchmarks.catalogue.data import Size, metadata, project_id
from benchmarks.catalogue.questions import ROOT, searching
from benchmarks.catalogue.serving import Client
from benchmarks.results import Latency, Told
from mdjourney_store.embedded import Urls

VARIABLE = "MDJOURNEY_BENCH_MLFLOW"
#: How many trials a client records one after the other before it is the other side's turn.
_IN_A_ROW = 25
#: Its seven consumers of background jobs take the processor from both sides, all the time, and nothing here is a job.
_QUIET = {"MLFLOW_SERVER_ENABLE_JOB_EXECUTION": "false"}


def environment() -> Path | None:
    """MLflow's virtual environment, if there is one."""
    named = os.environ.get(VARIABLE)
    return Path(named) if named and (Path(named) / "bin" / "mlflow").exists() else None


def against_mlflow(
    where: Path, place: Path, server: Urls, client: Client, size: Size, requests: int, runs: int
) -> Iterator[Latency | Told]:
    """Birth, edit and death against create, log and finish; our search over everything against theirs over `runs`."""
    with _serving(where, place, server) as mlflow:
        theirs: list[float] = []
        for in_a_row in (1, _IN_A_ROW):
            ours, took = _lives(mlflow, client, size, requests, in_a_row)
            theirs += took
            name = f"birth, edit, death of a trial, {in_a_row} in a row"
            yield Latency(name, ours, took, "MLflow: create, log, finish", goal=0.2, figure="median")
            share = sum(took) / sum(ours)
            yield Told(
                f"finished trials, {in_a_row} in a row, MLflow's time over ours",
                share,
                "times as many a second",
            )
        began = time.perf_counter()
        _multiply(server.of("mlflow").owner_url, runs - len(theirs))
        yield Told(
            f"MLflow: {runs:,} runs made of copies of one, in its database", time.perf_counter() - began, "s"
        )
        mlflow.connect_again()
        yield from _searches(mlflow, client, size, requests, runs)


def _lives(
    mlflow: "_Mlflow", client: Client, size: Size, number: int, in_a_row: int
) -> tuple[list[float], list[float]]:
    """Seconds of so many lives on each side, ours and theirs by turns of `in_a_row`, after a tenth to warm up. With one in a
    row, each side finds the processor's caches full of the other's."""
    ours: list[float] = []
    theirs: list[float] = []
    for first in range(0, number + number // 10, in_a_row):
        turn = [metadata(first + i, size) for i in range(in_a_row)]
        ours += [_our_life(client, about) for about in turn]
        theirs += [mlflow.life(about) for about in turn]
    return ours[-number:], theirs[-number:]


def _searches(mlflow: "_Mlflow", client: Client, size: Size, requests: int, runs: int) -> Iterator[Latency]:
    dice = random.Random(3)
    ask = next(q for q in searching(size) if q.name == "search: number, short name").path
    ours, theirs = [], []
    for _ in range(requests):
        theirs.append(mlflow.search(f"metrics.rin < {dice.uniform(1, 10):.2f}"))
        ours.append(client.ask(ask(dice))[0])
    name = f"search by a number, {size.trials:,} trials"
    yield Latency(name, ours, theirs, f"MLflow, {runs:,} runs", goal=1, figure="median")


def _our_life(client: Client, about: dict[str, Any]) -> float:
    first, answer = client.ask(
        f"{ROOT}/trials", "POST", {"project_id": project_id(0), "metadata": {"started": 1}}
    )
    trial = json.loads(answer)["trial_id"]
    second, _ = client.ask(f"{ROOT}/trials/{trial}/metadata", "PUT", {"metadata": about})
    third, _ = client.ask(f"{ROOT}/trials/{trial}/death", "POST", {"clean_exit": True})
    return first + second + third


class _Mlflow:
    """MLflow's REST API over one kept connection."""

    def __init__(self, port: int) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)

    def connect_again(self) -> None:
        """After a pause: it closes a connection that was idle for seconds."""
        self._connection.close()

    def ask(self, what: str, body: Any) -> tuple[float, Any]:
        began = time.perf_counter()
        self._connection.request(
            "POST", f"/api/2.0/mlflow/{what}", json.dumps(body), {"Content-Type": "application/json"}
        )
        self._connection.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_QUICKACK, 1)
        answer = self._connection.getresponse()
        content = answer.read()
        took = time.perf_counter() - began
        if answer.status >= 300:
            raise RuntimeError(f"mlflow {what}: {answer.status} {content[:500]!r}")
        return took, json.loads(content or b"{}")

    def life(self, about: dict[str, Any]) -> float:
        """Create, log what the metadata say (one batch), finish."""
        now = round(time.time() * 1000)
        first, made = self.ask("runs/create", {"experiment_id": "0", "start_time": now})
        run = made["run"]["info"]["run_id"]
        second, _ = self.ask("runs/log-batch", {"run_id": run, **_batch(about, now)})
        third, _ = self.ask("runs/update", {"run_id": run, "status": "FINISHED", "end_time": now + 1})
        return first + second + third

    def search(self, question: str) -> float:
        """Seconds for a first page of 50."""
        asked = {
            "experiment_ids": ["0"],
            "filter": question,
            "max_results": 50,
            "order_by": ["attributes.start_time DESC"],
        }
        return self.ask("runs/search", asked)[0]


def _batch(about: dict[str, Any], now: int) -> dict[str, Any]:
    numbers = {**about["quality_control_metrics"], **about["parameters"]}
    texts = {
        key: about[key] for key in ("experiment_name", "experiment_description", "qc_assessment", "protocol")
    }
    return {
        "metrics": [{"key": k, "value": v, "timestamp": now, "step": 0} for k, v in numbers.items()],
        "params": [{"key": k, "value": str(v)} for k, v in about["environment"].items()],
        "tags": [{"key": k, "value": v} for k, v in texts.items()],
    }


def _multiply(url: str, copies: int) -> None:
    """Over HTTP it would take an hour; the rows are the same."""
    with psycopg.connect(url, autocommit=True) as connection:
        for table in ("runs", "metrics", "latest_metrics", "params", "tags"):
            value = ", 'value', random() * 9 + 1" if table == "latest_metrics" else ""
            connection.execute(
                f"INSERT INTO {table} SELECT (jsonb_populate_record(NULL::{table}, to_jsonb(r)"
                f" || jsonb_build_object('run_uuid', md5('copy' || n){value}))).*"
                f" FROM {table} r, generate_series(1, %s) n WHERE r.run_uuid ="
                " (SELECT run_uuid FROM runs WHERE run_uuid NOT IN (SELECT md5('copy' || i) FROM generate_series(1, %s) i)"
                "  ORDER BY run_uuid LIMIT 1)",
                (copies, copies),
            )
        connection.execute("VACUUM ANALYZE")


@contextlib.contextmanager
def _serving(where: Path, place: Path, server: Urls) -> Iterator[_Mlflow]:
    with psycopg.connect(server.of("postgres").admin_url, autocommit=True) as admin:
        admin.execute("DROP DATABASE IF EXISTS mlflow WITH (FORCE)")
        admin.execute("CREATE DATABASE mlflow OWNER mdj_owner")
    url = server.of("mlflow").owner_url.replace("postgresql://", "postgresql+psycopg2://")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    home = place / "mlflow"
    home.mkdir()
    command = [str(where / "bin" / "mlflow"), "server", "--backend-store-uri", url, "--port", str(port), "--workers", "1",
               "--artifacts-destination", str(home)]  # fmt: skip
    with (home / "out").open("wb") as out:
        process = subprocess.Popen(
            command, stdout=out, stderr=out, stdin=subprocess.DEVNULL, cwd=home, start_new_session=True,
            env={**os.environ, "PATH": f"{where / 'bin'}:{os.environ['PATH']}", **_QUIET},
        )  # fmt: skip
        try:
            _until_up(port, process, home / "out")
            yield _Mlflow(port)
        finally:
            os.killpg(process.pid, 15)
            process.wait(30)


def _until_up(port: int, process: subprocess.Popen[bytes], log: Path) -> None:
    end = time.monotonic() + 120
    while time.monotonic() < end and process.poll() is None:
        with contextlib.suppress(OSError, http.client.HTTPException):
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
            connection.request("GET", "/health")
            if connection.getresponse().status == 200:
                return
        time.sleep(0.2)
    raise RuntimeError(f"MLflow did not come up: {log.read_text()[-2000:]}")
