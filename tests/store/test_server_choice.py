"""The store's tests run on the embedded server, on one given by URL, or on one in a container."""

import os
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest
from store.server_choice import VARIABLE, Choice, choice, serving, without_docker

from mdjourney_store.embedded import EmbeddedPostgres
from mdjourney_store.migrate import upgrade
from mdjourney_store.revision import HEAD


@pytest.mark.parametrize(
    ("given", "kind"),
    [
        ("", "embedded"),
        ("embedded", "embedded"),
        ("testcontainers", "testcontainers"),
        ("postgresql://u:p@h/d", "url"),
    ],
)
def test_the_environment_chooses(given: str, kind: str) -> None:
    assert choice({VARIABLE: given}).kind == choice({VARIABLE: given} if given else {}).kind == kind


def test_anything_else_is_refused() -> None:
    with pytest.raises(ValueError, match=VARIABLE):
        choice({VARIABLE: "mysql://x"})


def test_tests_run_on_a_server_given_by_url(short: Path) -> None:
    """In a run of their own, against a server that is not theirs."""
    theirs = EmbeddedPostgres(short / "g", shared=short / "s", durable=False)
    try:
        url = theirs.start().of("postgres").admin_url
        run = subprocess.run(
            [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider",
             str(Path(__file__).with_name("test_migrations.py")), "-k", "six_starters or bad_row or sees_no_gateway"],
            env={**os.environ, VARIABLE: url}, capture_output=True, text=True, check=False, timeout=120,
        )  # fmt: skip
        assert run.returncode == 0, run.stdout[-3000:]
        assert " passed" in run.stdout
        assert "skipped" not in run.stdout
        with psycopg.connect(url) as admin:
            left = admin.execute(
                "SELECT datname FROM pg_database WHERE datname ~ '^(t[0-9]|migrated)'"
            ).fetchall()
        assert left == []
    finally:
        theirs.stop()


def test_tests_run_on_a_server_in_a_container(short: Path) -> None:
    if problem := without_docker():
        pytest.skip(problem)
    with serving(Choice("testcontainers"), short) as urls:
        with psycopg.connect(urls.of("postgres").admin_url, autocommit=True) as admin:
            admin.execute("CREATE DATABASE one OWNER mdj_owner")
        assert upgrade(urls.of("one").owner_url) == HEAD
