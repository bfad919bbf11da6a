"""The catalogue of 100,000 trials through HTTP, against `GET /healthz` of the same server in the same run."""

import json
import random
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg

from benchmarks.catalogue.data import Size, fill, grow_graph
from benchmarks.catalogue.mlflow import VARIABLE, against_mlflow, environment
from benchmarks.catalogue.questions import ROOT, Question, browsing, searching, wandering
from benchmarks.catalogue.serving import Client, serving
from benchmarks.results import Latency, Told, figure
from mdjourney_store.embedded import EmbeddedPostgres, Urls
from mdjourney_store.migrate import upgrade

TITLE = "The catalogue"
PEOPLE = {"pi": "reader", "researcher": "researcher", "writer": "admin"}
Row = Latency | Told


def measure(*, smoke: bool) -> list[Row]:
    """The figures of the catalogue; `smoke`: 300 trials, three requests each."""
    size, small = (Size().of(300), Size().of(100)) if smoke else (Size(), Size().of(10_000))
    requests = 3 if smoke else 500
    rows: list[Row] = []
    with _place() as place, _server(place, durable=not smoke) as server:
        large_url, small_url = (
            _filled(server, name, s, rows) for name, s in (("large", size), ("small", small))
        )
        with (
            serving(_home(place, "large"), large_url, PEOPLE) as large,
            serving(_home(place, "small"), small_url, PEOPLE) as little,
        ):
            asked = [*searching(size), *browsing(size)]
            rows += [_against_null(question, large, requests) for question in asked]
            rows += _cost_of_size(size, small, large, little, requests)
            rows += _tag_lag(large_url, large["writer"], 3 if smoke else 100)
            where = environment()
            if where is None:
                print(
                    f"MLflow left out: {VARIABLE} names no virtual environment that has it", file=sys.stderr
                )
            else:
                runs = 20 if smoke else 10_000
                rows += against_mlflow(where, place, server, large["writer"], size, requests, runs)
            grow_graph(large_url, size)
            rows += [_against_null(question, large, requests) for question in wandering(size)]
    return rows


def _against_null(question: Question, clients: dict[str, Client], requests: int) -> Latency:
    """Alternates with the null request, so that a machine that slows down slows both."""
    dice = random.Random(question.name)
    client = clients[question.person]
    took: list[float] = []
    null: list[float] = []
    for number in range(requests + requests // 10):
        path = question.path(dice)
        pair = client.ask("/healthz")[0], client.ask(path)[0]
        if number >= requests // 10:
            null.append(pair[0])
            took.append(pair[1])
    return Latency(question.name, took, null, "GET /healthz", goal=question.goal)


def _cost_of_size(
    size: Size, small: Size, large: dict[str, Client], little: dict[str, Client], requests: int
) -> Iterator[Latency]:
    dice = random.Random(2)
    for question, other in zip(searching(size), searching(small), strict=True):
        took: list[float] = []
        base: list[float] = []
        for _ in range(max(3, requests // 5)):
            base.append(little[other.person].ask(other.path(dice))[0])
            took.append(large[question.person].ask(question.path(dice))[0])
        name = f"{question.name}, {size.trials:,} trials"
        yield Latency(name, took, base, f"the same at {small.trials:,}", goal=2, figure="median")


def _tag_lag(url: str, client: Client, trials: int) -> list[Told]:
    """How long after the answer to a birth its tag is an edge."""
    waits = []
    with psycopg.connect(url, autocommit=True) as connection:
        for number in range(trials):
            body = {"metadata": {"note": f"#lag-{number}"}}
            trial = json.loads(client.ask(f"{ROOT}/trials", "POST", body)[1])["trial_id"]
            began = time.perf_counter()
            while not connection.execute(
                "SELECT 1 FROM graph_edges WHERE source_trial_id = %s", (trial,)
            ).fetchone():
                time.sleep(0.005)
            waits.append(time.perf_counter() - began)
    return [Told("from a birth's answer to its tag's edge, p95", figure(waits, "p95"), "s", 2)]


def _filled(server: Urls, name: str, size: Size, rows: list[Row]) -> str:
    with psycopg.connect(server.of("postgres").admin_url, autocommit=True) as admin:
        admin.execute(f"CREATE DATABASE {name} OWNER mdj_owner")
    url = server.of(name).owner_url
    upgrade(url)
    began = time.perf_counter()
    megabytes = fill(url, size)
    with psycopg.connect(url) as connection:
        connection.execute("INSERT INTO user_detail (user_id, domain) VALUES ('researcher', 'local')")
        connection.execute(
            "INSERT INTO user_project_role_linking (user_id, domain, project_id, role)"
            " SELECT 'researcher', 'local', project_id, 'operator' FROM project_detail ORDER BY project_id LIMIT 5"
        )
    told = (
        f"{size.trials:,} trials, {size.files:,} files, {megabytes:.0f} MB of metadata: written and indexed"
    )
    rows.append(Told(told, time.perf_counter() - began, "s"))
    return url


@contextmanager
def _place() -> Iterator[Path]:
    place = Path(tempfile.mkdtemp(dir="/tmp", prefix="m"))
    place.chmod(0o711)
    yield place
    shutil.rmtree(place)


def _home(place: Path, name: str) -> Path:
    home = place / name
    home.mkdir(mode=0o700)
    return home


@contextmanager
def _server(place: Path, *, durable: bool) -> Iterator[Urls]:
    embedded = EmbeddedPostgres(place / "h", shared=place / "s", durable=durable)
    try:
        yield embedded.start()
    finally:
        embedded.stop()
