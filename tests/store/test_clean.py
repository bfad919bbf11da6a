"""Secrets stay out of the store, and what only looks like one stays in."""

from typing import Any

import pytest

from mdjourney_store.clean import clean

MASKED = [
    *({key: "S1kret"} for key in (
        "password", "dbPassword", "accessToken", "clientSecret", "DB_PASSWORD", "password2", "password ", "secret_key", "private key",
        "privateKey", "pwd", "cookie", "Authorization", "api-key", "apikey", "X-Api-Key", "AWS_SECRET_ACCESS_KEY", "passPhrase", "db.token",
    )),
    {"passwords": ["S1kret"]}, {"secret": ["S1kret"]}, {"credentials": {"user": "a", "value": "S1kret"}}, {"password": 12341},
    "amqp://u:x@S1kret@h/v", "postgresql://u:a/S1kret@h", "https://:S1kret@host", "see (ftp://me:S1kret@host/x) there",
    "host=x password=S1kret dbname=y", "run --token=S1kret now", "DB_PASSWORD='a S1kret'", "?user=a&api_key=S1kret&b=c", 'pwd="S1kret"',
    ["load", "--password", "S1kret"], ["env", "DB_PASSWORD=S1kret"], "Authorization: Basic czFrUzFrcmV0S1kret", "bearer eyJ0.S1kret",
    "-----BEGIN RSA PRIVATE KEY-----\nS1kret\n-----END RSA PRIVATE KEY-----\n", "password=12341",
]  # fmt: skip
KEPT: list[Any] = [
    {"tokenizer": "x"}, {"token_count": 512}, {"token": 512}, {"max_tokens": 4}, {"secretion_rate": 1.5}, {"passage": "p7"},
    {"password_policy": "long"}, {"key": "value"}, {"primary_key": "id"}, {"keys": ["a"]}, {"secretory": "granule"}, {"low_pass": "5 Hz"},
    {"password": ""}, {"secret": None}, {"uses_token": True}, {"monkey": "see"}, {"passed": 3}, {"apical": "a"},
    "http://host:8080/a@b", "http://host/a:b@c", "mail a@b.org", "trial:abc", "a bearer proteins assay", "basic fibroblast growth factor",
    "n_tokens=512 token=512", "secretion = 4", "compassword", "x=y", "secret agents", "-----BEGIN CERTIFICATE-----",
    ["--tokenizer", "bert"], ["--password-file", "/etc/x"],
]  # fmt: skip


@pytest.mark.parametrize("value", MASKED, ids=str)
def test_a_secret_is_masked(value: Any) -> None:
    cleaned = str(clean(value))
    assert "S1kret" not in cleaned
    assert "12341" not in cleaned
    assert "***" in cleaned


@pytest.mark.parametrize("value", KEPT, ids=str)
def test_what_only_looks_like_one_is_kept(value: Any) -> None:
    assert clean(value) == value


def test_a_hostile_text_is_looked_through_quickly() -> None:
    """No pattern goes back and forth: ten times as long takes some ten times as long, not a hundred."""
    for hostile in (
        "a://" + ":" * 50_000,
        "x://y:" + "@" * 50_000,
        "password" * 20_000,
        "_-" * 50_000 + "=",
        "-----BEGIN PRIVATE KEY-----" * 5000,
    ):
        assert clean(hostile) is not None
