"""Documents are carried from version to version, step by step."""

from pathlib import Path
from typing import Any

import pytest

from mdjourney_backend.schemas import Schema, SchemaManager
from mdjourney_backend.schemas.bundle import ReleasedDiffers, bundled, release
from mdjourney_backend.schemas.migration import NoWay, Step, migrate
from mdjourney_contract.data import packaged_schemas

NAME = "project_descriptive"


def renamed(content: dict[str, Any]) -> dict[str, Any]:
    if "subject" in content:
        content["project_title"] = content.pop("subject")
    return content


def listed(content: dict[str, Any]) -> dict[str, Any]:
    if isinstance(content.get("project_keywords"), str):
        content["project_keywords"] = content["project_keywords"].split(",")
    return content


STEPS = (
    Step(NAME, "0.8.0", "0.9.0", "subject becomes project_title", renamed),
    Step(NAME, "0.9.0", "1.0.0", "keywords become a list", listed),
)


def schema() -> Schema:
    return SchemaManager(Path("/nonexistent")).resolve(NAME)


def test_a_document_is_carried_through_every_version() -> None:
    old = {"schema_version": "0.8.0", "subject": "Heat", "project_keywords": "a,b", "freezer": "B4"}
    migration = migrate(schema(), old, STEPS)
    assert migration.content == {
        "$schema": schema().id,
        "schema_version": "1.0.0",
        "project_title": "Heat",
        "project_keywords": ["a", "b"],
        "freezer": "B4",
    }
    assert migration.subject == "schema 0.8.0 -> 1.0.0: subject becomes project_title; keywords become a list"
    assert old["subject"] == "Heat"


def test_a_second_migration_changes_nothing() -> None:
    once = migrate(schema(), {"schema_version": "0.9.0"}, STEPS).content
    again = migrate(schema(), once, STEPS)
    assert (again.content, again.steps) == (once, ())


@pytest.mark.parametrize("version", ["0.7.0", "2.0.0", None, 1])
def test_a_version_without_a_way_is_refused(version: Any) -> None:
    with pytest.raises(NoWay):
        migrate(schema(), {"schema_version": version}, STEPS)


def test_steps_in_a_circle_end() -> None:
    circle = (Step(NAME, "0.1.0", "0.2.0", "", dict), Step(NAME, "0.2.0", "0.1.0", "", dict))
    with pytest.raises(NoWay):
        migrate(schema(), {"schema_version": "0.1.0"}, circle)


def test_a_released_version_is_kept_and_cannot_change(tmp_path: Path) -> None:
    source = packaged_schemas() / "sources"
    for path in source.rglob("*.json"):
        target = tmp_path / "sources" / path.relative_to(source)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(path.read_bytes())
    release(tmp_path)
    release(tmp_path)
    kept = tmp_path / "versions" / NAME / "1.0.0.json"
    assert kept.read_bytes() == bundled(tmp_path)[f"{NAME}.json"]
    edited = tmp_path / "sources" / f"{NAME}.json"
    edited.write_text(edited.read_text().replace("Project title", "Headline"))
    with pytest.raises(ReleasedDiffers, match=NAME):
        release(tmp_path)


def test_what_was_released_is_still_what_the_sources_make() -> None:
    for path in (packaged_schemas() / "versions").rglob("*.json"):
        name = path.parent.relative_to(packaged_schemas() / "versions").as_posix()
        text = bundled(packaged_schemas())[f"{name}.json"]
        assert f'"x-version": "{path.stem}"'.encode() not in text or text == path.read_bytes()
