"""The catalogue of 100,000 trials through HTTP, against `GET /healthz` of the same server in the same run.

`MDJOURNEY_BENCH_CATALOGUE` names a folder in which the filled databases are kept for the next run (filling takes some five
minutes). `MDJOURNEY_BENCH_ROWS` runs only rows whose name holds one of these texts, separated by commas, and writes
nothing; `none` only fills.
"""

import json
import os
import random
import sys
import time
from collections.abc import Iterable, Iterator
from pathlib import Path

import psycopg

from benchmarks.catalogue.data import Size
from benchmarks.catalogue.filled import filled, place_of
from benchmarks.catalogue.mlflow import VARIABLE, against_mlflow, environment
from benchmarks.catalogue.questions import ROOT, Question, browsing, searching, wandering
from benchmarks.catalogue.serving import Client, serving
from benchmarks.results import Latency, Told, figure, table
from mdjourney_store.embedded import Urls

TITLE = "The catalogue"
PEOPLE = {"pi": "reader", "researcher": "researcher", "writer": "admin"}
ROWS = "MDJOURNEY_BENCH_ROWS"
Row = Latency | Told


def measure(*, smoke: bool) -> list[Row]:
    """The figures of the catalogue; `smoke`: 300 trials, three requests each."""
    size, small = (Size().of(300), Size().of(100)) if smoke else (Size(), Size().of(10_000))
    requests = 3 if smoke else 500
    rows: list[Row] = []
    with place_of(smoke=smoke) as place:
        large, little, grown = filled(place, size, small)
        rows += [large.told, little.told]
        with (
            serving(place.home("large"), large.url, PEOPLE) as clients,
            serving(place.home("small"), little.url, PEOPLE) as few,
        ):
            asked = _wanted([*searching(size), *browsing(size)])
            rows += [_against_null(question, clients, requests) for question in asked]
            rows += _cost_of_size(size, small, clients, few, requests)
            if _is_wanted("from a birth"):
                rows += _tag_lag(large.url, clients["writer"], 3 if smoke else 100)
            if _is_wanted("MLflow"):
                rows += _beside_mlflow(place.folder, place.server, clients["writer"], size, smoke, requests)
        walks = _wanted(wandering(size))
        if walks:
            with serving(place.home("grown"), grown.url, PEOPLE) as clients:
                rows += [_against_null(question, clients, requests) for question in walks]
    if ROWS in os.environ:
        print(table(rows))
        raise SystemExit("not every row was run: nothing is written")
    return rows


def _is_wanted(name: str) -> bool:
    wanted = os.environ.get(ROWS)
    return wanted is None or any(part.strip().casefold() in name.casefold() for part in wanted.split(","))


def _wanted(questions: Iterable[Question]) -> list[Question]:
    return [question for question in questions if _is_wanted(question.name)]


def _beside_mlflow(
    folder: Path, server: Urls, client: Client, size: Size, smoke: bool, requests: int
) -> Iterator[Row]:
    where = environment()
    if where is None:
        print(f"MLflow left out: {VARIABLE} names no virtual environment that has it", file=sys.stderr)
    else:
        yield from against_mlflow(where, folder, server, client, size, requests, 20 if smoke else 10_000)


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
        if not _is_wanted(question.name):
            continue
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
