"""Tags and links: which texts hold which, and how they become edges and leave again."""

import threading
from typing import Any

import pytest
from harness.waiting import until

from mdjourney_store import connector as connector_module
from mdjourney_store.connection import Store
from mdjourney_store.connector import Connector, queue_of, queue_state
from mdjourney_store.grammar import Target, targets_in, targets_in_text
from mdjourney_store.indexing import preview
from mdjourney_store.viewer import Viewer


def tags(*names: str) -> set[Target]:
    return {Target("tag", name) for name in names}


ALLOWED = {
    "#calibration": ["calibration"],
    "#Calibration": ["calibration"],
    "#CALIBRATION-RUN": ["calibration-run"],
    "see #project-phoenix for more": ["project-phoenix"],
    "#a": ["a"],
    "#a1": ["a1"],
    "#a_b": ["a_b"],
    "#v1.2": ["v1.2"],
    "#v1.2.": ["v1.2"],
    "#end.": ["end"],
    "#end...": ["end"],
    "#end-": ["end"],
    "#end-.": ["end"],
    "#a,#b;#c": ["a", "b", "c"],
    "#a #b": ["a", "b"],
    "(#paren)": ["paren"],
    "[#bracket]": ["bracket"],
    '"#quoted"': ["quoted"],
    "'#single'": ["single"],
    "#tag!": ["tag"],
    "#tag?": ["tag"],
    "#tag, then": ["tag"],
    "line\n#second": ["second"],
    "tab\t#tab": ["tab"],
    "#größe": ["grösse"],
    "#GRÖSSE": ["grösse"],
    "#Straße": ["strasse"],
    "#имя": ["имя"],
    "#数据": ["数据"],
    "#naïve": ["naïve"],
    "#ελ": ["ελ"],
    "a-#b": ["b"],
    "*#starred*": ["starred"],
    "e=#equal": ["equal"],
    "#fff": ["fff"],
    "100% #done": ["done"],
    "#rna-seq": ["rna-seq"],
    "#QC_pass": ["qc_pass"],
    "ends with #tag": ["tag"],
    "#two#three": ["two"],
    "#" + "a" * 100: ["a" * 100],
    "#" + "a" * 140: ["a" * 100],
    "#a/b": ["a"],
    "#a:b": ["a"],
    "#a@b": ["a"],
    "# no, but #yes": ["yes"],
    "http://x.org/#no and #yes": ["yes"],
    "#x\u00a0#y": ["x", "y"],
    "{#brace}": ["brace"],
    "<#angle>": ["angle"],
}
DENIED = [
    "", "#", "##", "###", "# heading", "## Heading", "### A heading of three", "#12", "#1a", "#_a", "#-a", "#.a",
    "#!shebang", "a#b", "1#b", "_#b", "C# code", "F#", "##double", "&#39;", "&#x27;", "&#amp", "&#a;", "/#b", "x/#b",
    ":#b", "a:#b", ".#b", "index.html#top", "http://example.org/#top", "https://example.org/page#Section-2",
    "https://example.org/?q=#frag", "ftp://host/path#x", "www.example.org/#x", "www.example.org?y=#x",
    "HTTPS://EXAMPLE.ORG/A#B", "doi:10.1000/x#y", "no tag here", "number # 5", "issue #42", "#٣", "#\u0301a", "# ",
    "#\n", "#\ta", "#,a", "##a", "a##b", "###a", "color: #123456", "#0af", "mailto:a@b.org#x", "s3://bucket/key#v",
    "file:///tmp/#x", "git+ssh://h/r#egg=x", "trial :x", "trial: x", "project:", "trial:", "trial:-", "Trial:x", "TRIAL:x",
    "mytrial:x", "my_trial:x", "/trial:x", "#trial:", "&trial:x", ".trial:x", "::trial:x", "subproject:x", "trial::x",
    "http://x/trial:y", "https://x/?project:y", "experiment:x", "trials:x",
]  # fmt: skip
LINKS = {
    "trial:trial-abc-123": {Target("trial", "trial-abc-123")},
    "follows trial:T1.": {Target("trial", "t1")},
    "(trial:a_b)": {Target("trial", "a_b")},
    "project:p1, trial:t1": {Target("project", "p1"), Target("trial", "t1")},
    "see project:0b1c9f3e-6a0e-4c3a-9f58-6f2f0d9a3c11": {
        Target("project", "0b1c9f3e-6a0e-4c3a-9f58-6f2f0d9a3c11")
    },
    "trial:1": {Target("trial", "1")},
    "trial:x#tag": {Target("trial", "x")},
}


def test_the_corpus_is_large() -> None:
    assert len(ALLOWED) + len(DENIED) + len(LINKS) >= 100


@pytest.mark.parametrize("text", list(ALLOWED))
def test_a_text_with_tags(text: str) -> None:
    assert targets_in_text(text) == tags(*ALLOWED[text])


@pytest.mark.parametrize("text", DENIED)
def test_a_text_without(text: str) -> None:
    found = targets_in_text(text)
    assert found <= ({Target("tag", "trial")} if text == "#trial:" else set())


@pytest.mark.parametrize("text", list(LINKS))
def test_a_text_with_links(text: str) -> None:
    assert targets_in_text(text) == LINKS[text]


def test_tags_of_every_script_are_whole_and_never_too_long() -> None:
    assert targets_in_text("#हिन्दी") == {Target("tag", "हिन्दी")}
    assert targets_in_text("#cafe\u0301") == targets_in_text("#caf\u00e9") == {Target("tag", "caf\u00e9")}
    assert targets_in_text("e\u0301#x") == targets_in_text("q\u0301#x") == set()
    assert targets_in_text("#a,#b") == {Target("tag", "a"), Target("tag", "b")}
    assert targets_in_text("#" + "\ufb03" * 100) == set()
    assert targets_in_text("trial:" + "\u0130" * 200) == set()


def test_tags_are_looked_for_in_values_at_any_depth_and_not_in_keys() -> None:
    assert targets_in({"#key": ["a #b", {"x": "#c", "n": 3, "deep": [["#d"]]}], "z": None}) == tags(
        "b", "c", "d"
    )


def test_a_preview_tells_the_edges_a_text_would_give() -> None:
    assert preview("#Cold run after trial:T-1, not #12") == [
        {"target_entity_type": "tag", "target_entity_id": "cold"},
        {"target_entity_type": "trial", "target_entity_id": "t-1"},
    ]


def edges(rows: Any, table: str = "graph_edges") -> set[tuple[str, str]]:
    return {(r["target_entity_type"], r["target_entity_id"]) for r in rows(f"SELECT * FROM {table}")}


def trial(rows: Any, trial_id: str, text: str) -> None:
    rows(
        "INSERT INTO trial_detail (trial_id, birth_timestamp, metadata) VALUES (%s, now(), jsonb_build_object('note', %s::text))"
        " ON CONFLICT (trial_id) DO UPDATE SET metadata = excluded.metadata",
        trial_id, text,
    )  # fmt: skip


def test_edges_come_and_go_with_the_text(store: Store, rows: Any) -> None:
    trial(rows, "t1", "#a #b trial:t0 project:p0 trial:t1")
    assert Connector(store).drain() == 1
    assert edges(rows) == {("tag", "a"), ("tag", "b"), ("trial", "t0"), ("project", "p0")}
    kept = rows("SELECT edge_id FROM graph_edges WHERE target_entity_id = 'b'")
    trial(rows, "t1", "#b #c")
    Connector(store).drain()
    assert edges(rows) == {("tag", "b"), ("tag", "c")}
    assert rows("SELECT edge_id FROM graph_edges WHERE target_entity_id = 'b'") == kept
    rows("UPDATE trial_detail SET deleted_at = now()")
    Connector(store).drain()
    assert edges(rows) == set()


def test_projects_are_sources_too(store: Store, rows: Any) -> None:
    rows("INSERT INTO project_detail (project_id, details) VALUES ('p', '{\"d\": \"#x trial:t project:p\"}')")
    Connector(store).drain()
    assert edges(rows, "project_edges") == {("tag", "x"), ("trial", "t")}


def test_a_change_is_queued_in_its_own_transaction_and_only_when_something_changed(
    store: Store, rows: Any
) -> None:
    trial(rows, "t1", "#a")
    assert queue_state(store)["waiting"] == 1
    Connector(store).drain()
    trial(rows, "t1", "#a")
    assert queue_state(store)["waiting"] == 0


def test_many_connectors_share_the_work_and_agree(store: Store, rows: Any) -> None:
    for number in range(60):
        trial(rows, f"t{number}", f"#n{number}")
        trial(rows, f"t{number}", f"#m{number}")
    ending = threading.Event()
    workers = [threading.Thread(target=Connector(store, batch=7).run, args=(ending,)) for _ in range(4)]
    for worker in workers:
        worker.start()
    try:
        until(lambda: not queue_state(store)["waiting"])
    finally:
        ending.set()
        for worker in workers:
            worker.join()
    assert edges(rows) == {("tag", f"m{number}") for number in range(60)}


def test_a_poison_row_is_parked_and_shown_and_stops_nobody(store: Store, rows: Any) -> None:
    rows("INSERT INTO connector_queue (entity_type, entity_id) VALUES ('trial', 'bad')")
    trial(rows, "t1", "#a")
    rows(
        "CREATE FUNCTION poison() RETURNS trigger AS $$ BEGIN RAISE EXCEPTION 'poison' USING ERRCODE = '22000'; END $$"
        " LANGUAGE plpgsql"
    )
    rows("CREATE TRIGGER p BEFORE INSERT ON graph_edges FOR EACH ROW WHEN (NEW.target_entity_id = 'poison')"
         " EXECUTE FUNCTION poison()")  # fmt: skip
    trial(rows, "t2", "#poison")
    connector = Connector(store)
    for _ in range(6):
        rows("UPDATE connector_queue SET not_before = now()")
        connector.step()
    assert edges(rows) == {("tag", "a")}
    (parked,) = queue_state(store)["parked"]
    assert parked["entity_id"] == "t2"
    assert "poison" in parked["last_error"]
    rows("DROP TRIGGER p ON graph_edges")
    trial(rows, "t2", "#fine")
    connector.drain()
    assert edges(rows) == {("tag", "a"), ("tag", "fine")}
    assert queue_state(store)["parked"] == []


def test_what_cannot_be_walked_through_is_parked(
    store: Store, rows: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    trial(rows, "t1", "#a")
    rows(
        "INSERT INTO trial_detail (trial_id, birth_timestamp, metadata) VALUES ('deep', now(), %s::jsonb)",
        '{"a": ' + "[" * 3000 + "]" * 3000 + "}",
    )
    connector = Connector(store)
    for _ in range(6):
        rows("UPDATE connector_queue SET not_before = now()")
        connector.step()
    assert edges(rows) == {("tag", "a")}
    (parked,) = queue_state(store)["parked"]
    assert parked["entity_id"] == "deep"
    assert parked["last_error"]


def test_a_connector_outlives_whatever_a_step_raises(
    store: Store, rows: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connector_module, "_LONGEST_PAUSE", 0.01)
    ending, steps = threading.Event(), list[int]()

    def step(_: Connector) -> int:
        steps.append(1)
        if len(steps) == 1:
            raise ValueError("unheard of")
        ending.set()
        return 0

    monkeypatch.setattr(Connector, "step", step)
    Connector(store).run(ending)
    assert len(steps) == 2


def test_what_is_parked_is_shown_to_those_who_see_its_project(store: Store, rows: Any) -> None:
    rows("INSERT INTO user_detail (user_id, domain) VALUES ('ann', 'local'), ('eve', 'local')")
    rows("INSERT INTO project_detail (project_id) VALUES ('p'), ('q')")
    rows(
        "INSERT INTO user_project_role_linking (user_id, domain, project_id, role)"
        " VALUES ('ann', 'local', 'p', 'operator'), ('eve', 'local', 'q', 'admin')"
    )
    rows("INSERT INTO trial_detail (trial_id, project_id, birth_timestamp) VALUES ('t', 'p', now())")
    rows("INSERT INTO dataset_detail (dataset_id, project_id) VALUES ('d', 'p')")
    rows("DELETE FROM connector_queue")
    rows(
        "INSERT INTO connector_queue (entity_type, entity_id, parked, last_error)"
        " VALUES ('trial', 't', TRUE, 'secret'), ('dataset', 'd', TRUE, 'secret'), ('project', 'p', TRUE, 'secret')"
    )
    seen = {
        name: len(queue_of(store, Viewer(name, role=role))["parked"])
        for name, role in (("ann", "researcher"), ("eve", "researcher"), ("pia", "reader"), ("root", "admin"))
    }
    assert seen == {"ann": 3, "eve": 0, "pia": 3, "root": 3}
    assert len(queue_state(store)["parked"]) == 3
