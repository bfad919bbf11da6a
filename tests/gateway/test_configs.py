"""Session configs through the API: each fault names line, key and value, and nothing starts."""

import itertools
import json
import signal

import pytest
from gateway.served import Served

YAML = {"Content-Type": "application/yaml"}


@pytest.mark.parametrize(
    ("text", "line", "key", "value"),
    [
        ("monitor_path: {data}\nmonitor_pth: /x\n", 2, "monitor_pth", "/x"),
        ("name: a\nmonitor_path: /etc\n", 2, "monitor_path", "/etc"),
        ("monitor_path: {data}/../../../etc\n", 1, "monitor_path", None),
        ("monitor_path: {data}/missing\n", 1, "monitor_path", None),
        ("monitor_path: {data}/file.txt\n", 1, "monitor_path", None),
        ("monitor_path: {data}/out\n", 1, "monitor_path", None),
        ("monitor_path: {root}/home\n", 1, "monitor_path", None),
        ("monitor_path: {root}\n", 1, "monitor_path", None),
        ("monitor_path: {data}\nmonitor_path: /b\n", 2, "monitor_path", "/b"),
        ("monitor_path: {data}\nhistory:\n\tgit: true\n", 3, None, None),
        ("monitor_path: [\n", 2, None, None),
        ("monitor_path: {data}\nname: &a x\n", 2, None, "&a"),
        ("monitor_path: {data}\nwatch: sometimes\n", 2, "watch", "sometimes"),
    ],
)
def test_a_fault_names_line_key_and_value(served, ada, place, text, line, key, value):
    (place / "data" / "file.txt").write_text("x")
    (place / "data" / "out").symlink_to("/etc")
    text = text.format(data=place / "data", root=place)
    for path in ("/api/session/start", "/api/configs", "/api/configs/validate"):
        answer = ada.post(path, content=text, headers=YAML)
        assert answer.status_code == 422, (path, answer.text)
        (fault,) = answer.json()["errors"]
        assert set(fault) >= {"line", "column", "key", "value", "message"}
        assert fault["line"] == line
        if key is not None:
            assert fault["key"] == key
        if value is not None:
            assert fault["value"] == value
    assert ada.get("/api/session").json()["session"] is None
    assert ada.get("/api/configs").json()["items"] == []


def test_what_lies_outside_the_roots_is_not_told_apart(ada):
    there = ada.post("/api/configs", content="monitor_path: /etc/ssl\n", headers=YAML).json()["errors"][0]
    not_there = ada.post("/api/configs", content="monitor_path: /etc/nothing\n", headers=YAML).json()[
        "errors"
    ][0]
    assert there["message"] == not_there["message"]


def test_without_allowed_roots_nothing_may_be_monitored(place):
    with Served(place, allowed_roots=()) as served, served.person() as ada:
        answer = ada.post("/api/configs", content=f"monitor_path: {place / 'data'}\n", headers=YAML)
        assert answer.status_code == 422
        assert "allowed_roots" in answer.text


def _nested(opening, closing, depth):
    return f"a: {opening * depth}{closing * depth}\n"


BOMBS = {
    "aliases": "a: &a [x,x,x,x,x,x,x,x,x]\n" + "".join(
        f"{new}: &{new} [{','.join('*' + old for _ in range(9))}]\n" for old, new in zip("abcdefghi", "bcdefghij", strict=True)
    ),
    "merges": "a: &a {x: 1}\n" + "".join(f"b{n}: &b{n}\n  <<: [{', '.join(['*a'] * 40)}]\n" for n in range(40)),
    "merge": "base: &b {x: 1}\nd:\n  <<: *b\n",
    "tag": "a: !!python/object/apply:os.system ['true']\n",
    "own tag": "a: !x " + "y" * 60_000,
    "flow depth": "[" * 3000,
    "flow depth closed": _nested("[", "]", 3000),
    "mapping depth": "{a: " * 3000,
    "block depth": "- " * 3000 + "x",
    "indent depth": "".join(" " * n + "a:\n" for n in range(300)),
    "wide list": "a: [" + "x," * 30_000 + "]\n",
    "many keys": "".join(f"k{n}: 1\n" for n in range(6_000)),
    "same key": "monitor_path: /x\n" * 3_000,
    "long number": "depth: " + "9" * 60_000 + "\n",
    "long exponent": "settle_seconds: 1e" + "9" * 60_000 + "\n",
    "long hex": "depth: 0x" + "f" * 60_000 + "\n",
    "sixties": "depth: " + ":".join(["59"] * 20_000) + "\n",
    "escapes": 'name: "' + "\\u0041" * 10_000 + '"\n',
    "quotes": "name: '" + "''" * 30_000 + "'\n",
    "comments": "#\n" * 30_000,
    "documents": "---\n" * 15_000,
    "complex keys": "? " * 3_000 + "a\n",
    "blanks": "a:" + " " * 60_000 + "b\n",
    "tabs": "a:\n" + "\t" * 60_000,
    "anchors": "".join(f"a{n}: &n{n} 1\n" for n in range(4_000)),
    "directive": "%YAML " + "9" * 60_000 + "\n---\na: 1\n",
    "folded": "name: >\n" + "  x\n\n" * 10_000,
    "too long": "x" * 70_000,
}  # fmt: skip


@pytest.fixture
def one_second_of_work():
    """Fails a test whose process works (not waits) for more than a second: its clock stands while others compute."""

    def strike(_number, _frame):
        raise AssertionError("more than a second of work")

    before = signal.signal(signal.SIGVTALRM, strike)
    signal.setitimer(signal.ITIMER_VIRTUAL, 1.0)
    yield
    signal.setitimer(signal.ITIMER_VIRTUAL, 0)
    signal.signal(signal.SIGVTALRM, before)


@pytest.mark.parametrize("name", BOMBS)
def test_a_bomb_is_refused_within_a_second_of_work(ada, one_second_of_work, name):
    answer = ada.post("/api/session/start", content=BOMBS[name], headers=YAML)
    assert answer.status_code in (413, 422), answer.text
    assert len(answer.content) < 1_000_000


def test_that_clock_strikes(one_second_of_work):
    with pytest.raises(AssertionError, match="more than a second"):
        for _ in itertools.count():  # a loop in Python: one in C would not hear the clock
            pass


def test_a_form_carries_a_config_as_file_or_field(served, ada, place):
    text = f"monitor_path: {place / 'data'}\n".encode()
    for form in ({"files": {"config": ("lab.yaml", text)}}, {"files": {"config": (None, text)}}):
        assert ada.post("/api/configs/validate", **form).status_code == 200
    assert ada.post("/api/configs/validate", files={"other": ("x", text)}).status_code == 400
    assert (
        ada.post("/api/configs/validate", content=text, headers={"Content-Type": "image/png"}).status_code
        == 400
    )


def test_versions_are_kept_with_their_differences(ada, place):
    text = f"monitor_path: {place / 'data'}\nkeep_running: false\n"
    made = ada.post("/api/configs", content=text, headers=YAML).json()
    again = ada.post("/api/configs", content=text + "settle_seconds: 5\n", headers=YAML).json()
    assert (again["config_id"], again["version"]) == (made["config_id"], 2)
    newest, oldest = ada.get(f"/api/configs/{made['config_id']}/versions").json()["items"]
    assert "+settle_seconds: 5" in newest["diff"]
    assert (oldest["version"], oldest["saved_by"]) == (1, "ada")


def test_trees_in_trees_and_other_shapes_are_refused(served, ada, place):
    inner = place / "data" / "inner"
    inner.mkdir()
    text = json.dumps({"monitor_path": str(place / "data"), "keep_running": False})
    assert ada.post("/api/configs", content=text, headers=YAML).status_code == 201
    nested = ada.post("/api/configs", content=f"monitor_path: {inner}\n", headers=YAML)
    assert (nested.status_code, str(place / "data") in nested.text) == (409, True)
    with served.person("bob", "researcher") as bob:
        other = json.dumps({"monitor_path": str(place / "data"), "depth": 2, "keep_running": False})
        refused = bob.post("/api/configs", content=other, headers=YAML)
        assert (refused.status_code, refused.json()["errors"][0]["key"]) == (409, "depth")


def test_who_may_upload_is_the_operators_choice(place):
    text = f"monitor_path: {place / 'data'}\nkeep_running: false\n"
    for allowed, statuses in (
        ("researchers", (201, 201, 403)),
        ("admins", (201, 403, 403)),
        ("nobody", (403,) * 3),
    ):
        with Served(place, adhoc_configs=allowed) as served:
            for (name, role), status in zip(
                (("ada", "admin"), ("bob", "researcher"), ("pia", "reader")), statuses, strict=True
            ):
                with served.person(name, role) as person:
                    assert person.post("/api/configs", content=text, headers=YAML).status_code == status


def test_a_folder_that_became_a_link_elsewhere_starts_nothing(ada, place):
    folder = place / "data" / "moving"
    folder.mkdir()
    text = f"monitor_path: {folder}\nname: Moving\nkeep_running: false\n"
    assert ada.post("/api/configs", content=text, headers=YAML).status_code == 201
    folder.rmdir()
    folder.symlink_to("/etc")
    answer = ada.post("/api/session/start", json={"config": "Moving"})
    assert answer.status_code == 409
    assert ada.get("/api/session").json()["session"] is None
