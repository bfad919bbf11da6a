"""Local overrides: they win when sound, are reported when not, and can neither loop, explode, nor reach out."""

import json
import os
import socket
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from mdjourney_backend.schemas import SchemaManager
from mdjourney_backend.schemas.skeleton import skeleton

Override = Callable[[str, Any], Path]
PROJECT = "https://mdjourney.invalid/schemas/project_descriptive"
PERSON = PROJECT + "#/$defs/person"


def extension(**more: Any) -> dict[str, Any]:
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": "https://lab.example/schemas/project",
        "allOf": [{"$ref": PROJECT}],
        **more,
    }


def written(manager: SchemaManager, name: str = "project_descriptive", **more: Any) -> dict[str, Any]:
    return {**skeleton(name, SchemaManager(Path("/nonexistent")).resolve(name).body), **more}


def problem(manager: SchemaManager, name: str = "project_descriptive") -> str:
    schema = manager.resolve(name)
    assert schema.source == "packaged"
    assert schema.problem is not None
    assert [p.message for p in manager.problems()] == [schema.problem]
    assert manager.assess(name, written(manager, name)).valid
    return schema.problem


def test_a_local_schema_wins_and_shows_the_fields_it_extends(
    manager: SchemaManager, override: Override
) -> None:
    override(
        "project_descriptive",
        extension(
            title="Lab project",
            properties={
                "cost_centre": {"type": "string", "title": "Cost centre"},
                "second_pi": {"$ref": PERSON},
            },
            required=["cost_centre"],
        ),
    )
    schema = manager.resolve("project_descriptive")
    assert (schema.source, schema.title, schema.id, schema.problem) == (
        "local",
        "Lab project",
        "https://lab.example/schemas/project",
        None,
    )
    assert {"project_title", "cost_centre"} <= set(schema.body["properties"])
    assert schema.body["properties"]["second_pi"]["$ref"] == "#/$defs/person"
    assessment = manager.assess("project_descriptive", written(manager, second_pi={"name": 7}))
    assert [e["pointer"] for e in assessment.errors] == ["/second_pi/name"]


def test_a_local_required_is_owed_not_invalid(manager: SchemaManager, override: Override) -> None:
    override(
        "project_descriptive",
        extension(properties={"cost_centre": {"type": "string"}}, required=["cost_centre"]),
    )
    assessment = manager.assess("project_descriptive", written(manager))
    assert assessment.valid
    assert "/cost_centre" in {f["pointer"] for f in assessment.missing}
    document = written(manager)
    del document["project_identifier"]
    assert [e["pointer"] for e in manager.assess("project_descriptive", document).errors] == [
        "/project_identifier"
    ]


def test_a_copy_of_the_packaged_schema_can_be_edited(manager: SchemaManager, override: Override) -> None:
    body = json.loads(json.dumps(manager.resolve("project_descriptive").body))
    body["properties"]["project_title"]["maxLength"] = 5
    override("project_descriptive", body)
    assert manager.resolve("project_descriptive").source == "local"
    (error,) = manager.assess("project_descriptive", written(manager, project_title="Much too long")).errors
    assert error["message"] == "Project title must have at most 5 characters"


def test_a_local_template_adds_a_kind_of_run(manager: SchemaManager, override: Override) -> None:
    base = "https://mdjourney.invalid/schemas/experiment_contextual"
    override(
        "contextual/western_blot",
        {
            "allOf": [{"$ref": base}],
            "title": "Western blot",
            "properties": {"antibody": {"type": "string"}},
            "required": ["antibody"],
        },
    )
    assert "western_blot" in manager.templates()
    assert manager.resolve("contextual/western_blot").source == "local"
    run = written(manager, "experiment_contextual", experiment_template_type="western_blot")
    assert "/antibody" in {f["pointer"] for f in manager.assess("contextual/western_blot", run).missing}


def test_a_new_changed_or_deleted_override_counts_at_once(manager: SchemaManager, override: Override) -> None:
    assert manager.resolve("project_descriptive").source == "packaged"
    path = override("project_descriptive", extension(title="One"))
    assert manager.resolve("project_descriptive").title == "One"
    before = path.stat()
    override("project_descriptive", extension(title="Two"))
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert manager.resolve("project_descriptive").title == "Two"
    path.unlink()
    assert manager.resolve("project_descriptive").source == "packaged"


def test_an_override_counts_that_was_written_again_within_one_tick_of_the_clock(
    manager: SchemaManager, override: Override, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = override("project_descriptive", extension(title="One"))
    found = path.stat()
    same = (found.st_mtime_ns, found.st_size, found.st_ino, time.time_ns() - 1)
    monkeypatch.setattr(manager, "_stamp", lambda name: same if name == "project_descriptive" else None)
    assert manager.resolve("project_descriptive").title == "One"
    override("project_descriptive", extension(title="Two"))
    assert manager.resolve("project_descriptive").title == "Two"


@pytest.mark.parametrize(
    ("body", "says"),
    [
        ("{not json", "line 1"),
        ('{"title": "a", "title": "b"}', "'title' stands twice"),
        ('{"maximum": NaN}', "NaN"),
        ("[" * 5000 + "]" * 5000, "nested deeper"),
        ("[]", "a schema is a JSON object"),
        ({"type": "strnig"}, "/type"),
        ({"propertys": {}}, "is 'properties' meant?"),
        ({"x-requird-to-complete": ["a"]}, "is x-required-to-complete meant?"),
        ({"$schema": "http://json-schema.org/draft-04/schema#"}, "not understood"),
        ({"properties": {"a": {"$dynamicRef": "#x"}}}, "$dynamicRef is not supported"),
        ({"properties": {"a": {"$id": "https://lab.example/a"}}}, "only the whole schema"),
        ({"properties": {"a": {"pattern": "(?=a)b"}}}, "linear time"),
        ({"properties": {"a": {"pattern": "\\Qa\\E"}}}, "cannot be compiled"),
        ({"properties": {"a": {"pattern": "^(a+)+$"}}}, "repeats a repetition"),
        ({"patternProperties": {"(a*)*": {}}}, "repeats a repetition"),
        ({"properties": {"a": {"$ref": "#/$defs/nothing"}}}, "points at nothing"),
        ({"$defs": {"a": {"$ref": "#/$defs/b"}, "b": {"$ref": "#/$defs/a"}}, "properties": {"x": {"$ref": "#/$defs/a"}}}, "leads back to itself"),
        ({"$ref": "#"}, "leads back to itself"),
        ({"allOf": [{"$ref": PROJECT}], "$id": PROJECT}, "this schema itself"),
        ({"properties": {"project_identifier": {"type": "integer"}}}, "would refuse what the system writes"),
        ({"additionalProperties": False, "properties": {"a": {}}}, "the schema is closed"),
        ({"minProperties": 100}, "would refuse what the system writes"),
        ({"type": "array"}, "would refuse what the system writes"),
    ],
)  # fmt: skip
def test_a_broken_override_is_reported_and_the_packaged_schema_used(
    manager: SchemaManager, override: Override, body: Any, says: str
) -> None:
    override("project_descriptive", body)
    assert says in problem(manager)


@pytest.mark.parametrize(
    "reference",
    [
        "http://127.0.0.1:{port}/schema.json",
        "file:///etc/passwd",
        "/etc/passwd",
        "../../secret.json",
        "https://json-schema.org/draft/2020-12/schema",
        "//127.0.0.1:{port}/x",
        "https://mdjourney.invalid/schemas/../../etc/passwd",
    ],
)
def test_a_reference_to_network_or_files_is_refused_and_nothing_is_asked(
    manager: SchemaManager, override: Override, reference: str
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.setblocking(False)
        target = reference.format(port=server.getsockname()[1])
        override("project_descriptive", {"properties": {"a": {"$ref": target}}})
        said = problem(manager)
        assert "no packaged schema" in said
        assert "root:" not in said
        with pytest.raises(BlockingIOError):
            server.accept()


def test_a_link_is_not_followed(
    manager: SchemaManager, root: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    elsewhere = tmp_path_factory.mktemp("elsewhere") / "schema.json"
    elsewhere.write_text(json.dumps(extension(title="Elsewhere")))
    (root / ".template_schemas").mkdir()
    (root / ".template_schemas/project_descriptive.json").symlink_to(elsewhere)
    assert "links are not followed" in problem(manager)


def test_a_fifo_does_not_hang(manager: SchemaManager, root: Path) -> None:
    (root / ".template_schemas").mkdir()
    os.mkfifo(root / ".template_schemas/project_descriptive.json")
    assert "no plain file" in problem(manager)


def doubling(depth: int) -> dict[str, Any]:
    definitions: dict[str, Any] = {
        f"a{i}": {"allOf": [{"$ref": f"#/$defs/a{i + 1}"}] * 2} for i in range(depth)
    }
    return {"$defs": {**definitions, f"a{depth}": {}}, "properties": {"x": {"$ref": "#/$defs/a0"}}}


def twice_recursive() -> dict[str, Any]:
    node = {
        "allOf": [
            {"properties": {"next": {"$ref": "#/$defs/node"}}},
            {"properties": {"next": {"$ref": "#/$defs/node"}}},
        ]
    }
    return {"$defs": {"node": node}, "properties": {"x": {"$ref": "#/$defs/node"}}}


def chain(length: int) -> dict[str, Any]:
    definitions: dict[str, Any] = {f"a{i}": {"$ref": f"#/$defs/a{i + 1}"} for i in range(length)}
    return {"$defs": {**definitions, f"a{length}": {}}, "properties": {"x": {"$ref": "#/$defs/a0"}}}


def twice_recursive_in_turn() -> dict[str, Any]:
    body = twice_recursive()
    body["$defs"]["other"] = {"properties": {"next": {"$ref": "#/$defs/node"}}}
    for branch in body["$defs"]["node"]["allOf"]:
        branch["properties"]["next"] = {"$ref": "#/$defs/other"}
    return body


@pytest.mark.parametrize(
    ("body", "says"),
    [
        (doubling(40), "multiplies"),
        (chain(3000), "leads on through"),
        (twice_recursive_in_turn(), "contains itself more than once"),
        (twice_recursive(), "contains itself more than once"),
        ({"enum": [list(range(150_000))] * 9}, "bytes"),
        ({"properties": {f"p{i}": {} for i in range(100_001)}}, "parts"),
    ],
)
def test_a_bomb_is_refused(manager: SchemaManager, override: Override, body: Any, says: str) -> None:
    override("project_descriptive", body)
    assert says in problem(manager)


def test_honest_recursion_is_allowed(manager: SchemaManager, override: Override) -> None:
    tree = {
        "type": "object",
        "properties": {
            "name": {"type": "string"},
            "parts": {"type": "array", "items": {"$ref": "#/$defs/tree"}},
        },
        "required": ["name"],
    }
    override(
        "project_descriptive", {"$defs": {"tree": tree}, "properties": {"freezer": {"$ref": "#/$defs/tree"}}}
    )
    document = written(manager, freezer={"name": "A", "parts": [{"parts": [{"name": 7}]}]})
    assessment = manager.assess("project_descriptive", document)
    assert [e["pointer"] for e in assessment.errors] == ["/freezer/parts/0/parts/0/name"]
    assert [m["pointer"] for m in assessment.missing] == ["/freezer/parts/0/name"]


def test_alternatives_told_apart_by_required_are_owed(manager: SchemaManager, override: Override) -> None:
    override(
        "project_descriptive",
        extension(oneOf=[{"required": ["grant"]}, {"required": ["sponsor", "contract"]}]),
    )
    assessment = manager.assess("project_descriptive", written(manager))
    assert assessment.valid
    assert "/grant" in {m["pointer"] for m in assessment.missing}
    done = manager.assess("project_descriptive", written(manager, sponsor="A", contract="B"))
    assert not {"/grant", "/sponsor"} & {m["pointer"] for m in done.missing}


def test_a_required_that_asks_stays_in_conditions(manager: SchemaManager, override: Override) -> None:
    override(
        "project_descriptive",
        extension(
            **{"$defs": {"paid": {"required": ["grant"]}}},
            **{"if": {"$ref": "#/$defs/paid"}, "then": {"required": ["cost_centre"]}},
            dependentRequired={"ethics": ["ethics_contact"]},
        ),
    )
    free = manager.assess("project_descriptive", written(manager))
    assert not {"/cost_centre", "/ethics_contact"} & {m["pointer"] for m in free.missing}
    paid = manager.assess("project_descriptive", written(manager, grant="101", ethics="yes"))
    assert paid.valid
    assert {"/cost_centre", "/ethics_contact"} <= {m["pointer"] for m in paid.missing}


def test_patterns_run_in_linear_time(manager: SchemaManager, override: Override) -> None:
    override(
        "project_descriptive",
        extension(properties={"code": {"pattern": "^(a|aa)+$"}}, patternProperties={"^(b|bb)+$": {}}),
    )
    started = time.process_time()
    document = written(manager, code="a" * 50_000 + "!", **{"b" * 50_000 + "!": 1})
    assessment = manager.assess("project_descriptive", document)
    assert [e["pointer"] for e in assessment.errors] == ["/code"]
    assert time.process_time() - started < 30  # a backtracking engine would need longer than the universe


def test_a_stray_file_is_reported(manager: SchemaManager, override: Override) -> None:
    override("project_descriptve", extension())
    assert [(p.name, "no document" in p.message) for p in manager.problems()] == [
        ("project_descriptve", True)
    ]
    assert "project_descriptve" not in manager.names()


def test_a_local_base_counts_in_every_template(manager: SchemaManager, override: Override) -> None:
    base = "https://mdjourney.invalid/schemas/experiment_contextual"
    bench = {"type": "string", "title": "Bench"}
    override("contextual/western_blot", {"allOf": [{"$ref": base}], "title": "Western blot"})
    assert "bench" not in manager.resolve("contextual/western_blot").body["properties"]
    path = override(
        "experiment_contextual",
        {"allOf": [{"$ref": base}], "properties": {"bench": bench}, "required": ["bench"]},
    )
    for template in ("computational_workflow", "western_blot"):
        schema = manager.resolve(f"contextual/{template}")
        assert (schema.source, schema.problem) == ("local", None)
        assert schema.body["properties"]["bench"]["title"] == "Bench"
        run = written(manager, "experiment_contextual", experiment_template_type=template)
        assert "/bench" in {m["pointer"] for m in manager.assess(schema.name, run).missing}
    path.unlink()
    assert manager.resolve("contextual/computational_workflow").source == "packaged"
    assert "bench" not in manager.resolve("contextual/western_blot").body["properties"]


@pytest.mark.parametrize("reference", ["common#/$defs/person", "project_descriptive/1.0.0#/$defs/person"])
def test_shared_parts_can_be_referred_to(manager: SchemaManager, override: Override, reference: str) -> None:
    backer = {"$ref": "https://mdjourney.invalid/schemas/" + reference}
    override("project_descriptive", extension(properties={"backer": backer}))
    assert manager.resolve("project_descriptive").problem is None
    assessment = manager.assess("project_descriptive", written(manager, backer={"email": "x"}))
    assert [e["pointer"] for e in assessment.errors] == ["/backer/email"]
