"""The audit log tells who did what, holds no secret, and shows when somebody touched it."""

import json

import pytest
from gateway.served import PASSWORD, start

from mdjourney_gateway.api import audit_log
from mdjourney_gateway.audit import FILE, Audit, verify


def test_sign_ins_roles_and_configs_are_told_without_secrets(served, ada, place):
    ada.post("/api/auth/login", json={"username": "ada", "password": "not the password"})
    ada.post("/api/users", json={"username": "bob", "password": PASSWORD})
    ada.patch("/api/users/bob", json={"role": "reader"})
    start(ada, place / "data", keep_running=False)
    token = ada.post("/api/auth/tokens", json={"name": "t"}).json()
    ada.delete(f"/api/auth/tokens/{token['token_id']}")
    config = ada.get("/api/configs").json()["items"][0]["config_id"]
    ada.delete(f"/api/configs/{config}")
    cookie = ada.cookies["mdj"]
    ada.post("/api/auth/logout")
    text = (place / "home" / FILE).read_text()
    lines = [json.loads(line) for line in text.splitlines()]
    assert [(line["event"], line["actor"], line["subject"]) for line in lines] == [
        ("sign-in", "ada", None),
        ("sign-in-refused", "ada", None),
        ("account-made", "ada", "bob"),
        ("account-changed", "ada", "bob"),
        ("config-saved", "ada", config),
        ("token-made", "ada", token["token_id"]),
        ("token-deleted", "ada", token["token_id"]),
        ("config-deleted", "ada", config),
        ("sign-out", "ada", None),
    ]
    assert lines[3]["role"] == "researcher -> reader"
    assert not any(secret in text for secret in (PASSWORD, "not the password", token["token"], cookie))
    assert (place / "home" / FILE).stat().st_mode & 0o777 == 0o600
    assert verify(place / "home").lines == 9
    assert verify(place / "home").broken is None


@pytest.mark.parametrize(
    ("harm", "broken"),
    [
        (lambda lines: [lines[0], lines[1].replace(b'"e1"', b'"e9"'), *lines[2:]], 3),
        (lambda lines: [lines[0], *lines[2:]], 2),
        (lambda lines: [lines[1], lines[0], *lines[2:]], 1),
        (lambda lines: [*lines[:2], b"{}", *lines[2:]], 3),
        (lambda lines: [*lines[:4], lines[4][:20]], 5),
    ],
)
def test_a_changed_removed_moved_or_added_line_shows(place, harm, broken):
    audit = Audit(place)
    for number in range(5):
        audit.note(f"e{number}", actor="ada")
    path = place / FILE
    assert verify(place).broken is None
    path.write_bytes(b"\n".join(harm(path.read_bytes().splitlines())) + b"\n")
    assert verify(place).broken == broken


def test_what_a_crash_cut_short_is_found_and_the_log_goes_on(place):
    audit = Audit(place)
    audit.note("one", actor="ada")
    with (place / FILE).open("ab") as log:
        log.write(b'{"at":"2026')
    audit.note("two", actor="ada")
    assert verify(place).broken == 2
    assert json.loads((place / FILE).read_bytes().splitlines()[-1])["event"] == "two"


def test_admins_read_the_log_newest_first_page_by_page(served, ada, place, monkeypatch):
    monkeypatch.setattr(
        audit_log, "_BLOCK_BYTES", 256
    )  # pages that begin within a block, lines longer than one
    ada.post("/api/users", json={"username": "bob", "password": PASSWORD, "name": "B" * 300})
    ada.patch("/api/users/bob", json={"role": "reader"})
    with (place / "home" / FILE).open("ab") as log:
        log.write(b"half a line that a crash left\n")
    ada.post("/api/users/bob/login-link")
    found, cursor = [], None
    while True:
        page = ada.get("/api/audit", params={"limit": 2, **({"cursor": cursor} if cursor else {})}).json()
        found += page["items"]
        cursor = page["next_cursor"]
        if cursor is None:
            break
    assert [line["event"] for line in found] == [
        "login-link-made",
        "account-changed",
        "account-made",
        "sign-in",
    ]
    assert found[1] | {"at": "", "request_id": ""} == {
        "at": "",
        "event": "account-changed",
        "actor": "ada",
        "subject": "bob",
        "request_id": "",
        "details": {"changed": ["role"], "role": "researcher -> reader"},
    }


def test_a_log_without_lines_is_empty(place):
    assert audit_log.newest(place / "home", 10, None) == {"items": [], "next_cursor": None}
