"""The compiled validator and the authority agree; starting up loads nothing heavy; uniqueness is linear."""

import json
import subprocess
import sys
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mdjourney_backend.schemas import SchemaManager
from mdjourney_backend.schemas.dialect import Checker, fast
from mdjourney_backend.schemas.packaged import Packaged
from mdjourney_backend.schemas.skeleton import skeleton
from mdjourney_contract.data import packaged_schemas

PACKAGED = Packaged(packaged_schemas())
BODIES = {name: PACKAGED.schema(name).body for name in PACKAGED.names()}
BOTH = {name: (Checker(body), fast(body)) for name, body in BODIES.items()}

ODD = st.sampled_from(
    [None, True, False, 0, 1, -1, 1.0, 0.5, 10**18, "", " ", "x", "2026-11-01", "2026-02-30", "2026-11-01T10:00:00Z",
     "2026-11-01T10:00:00", "P1Y", "P", "a@b.example", "a@@b", "https://example.org/", "http://", "example.org/x",
     "https://orcid.org/0000-0002-1825-0097", "https://orcid.org/0000-0002-1825-0098", "https://ror.org/05dxps055",
     "https://ror.org/05dxps056", "CC-BY-4.0", "CC BY 4.0", "7f3c1c1e-6f0e-4e7b-9a51-0c8f4b8f2f10",
     "7F3C1C1E-6F0E-4E7B-9A51-0C8F4B8F2F10", "7f3c1c1e6f0e4e7b9a510c8f4b8f2f10", "text/csv", "text/", "text/csv\n", "fmt/1", "ü", "\n",
     [], {}, [1], [[]], ["a", "a"], [1, 1.0], [True, 1], {"name": 1}, {"name": "A"}, [{"name": "A"}], "ABC" * 20, "f" * 64, "F" * 64]
)  # fmt: skip


@st.composite
def documents(draw: st.DrawFn) -> tuple[str, dict[str, Any]]:
    """A document of any schema: its examples, with some members replaced by odd values."""
    name = draw(st.sampled_from(sorted(BODIES)))
    body = BODIES[name]
    document = {
        k: p["examples"][0]
        for k, p in body["properties"].items()
        if p.get("examples") and draw(st.booleans())
    }
    document = {**skeleton(name, body), **document}
    for key in draw(st.lists(st.sampled_from(sorted(body["properties"])), max_size=3)):
        value = document.get(key)
        if isinstance(value, dict) and value and draw(st.booleans()):
            document[key] = {**value, draw(st.sampled_from(sorted(value))): draw(ODD)}
        elif isinstance(value, list) and value and isinstance(value[0], dict) and draw(st.booleans()):
            document[key] = [{**value[0], draw(st.sampled_from(sorted(value[0]))): draw(ODD)}]
        else:
            document[key] = draw(ODD)
    for key in draw(st.lists(st.sampled_from(sorted(document)), max_size=1)):
        del document[key]
    return name, document


@settings(max_examples=600, deadline=None)
@given(documents())
def test_the_compiled_validator_agrees_with_the_authority(case: tuple[str, dict[str, Any]]) -> None:
    name, document = case
    checker, compiled = BOTH[name]
    assert compiled.is_valid(document) == (checker.errors(document) == [])


@given(
    st.lists(
        st.sampled_from(
            [0, 1, 1.0, True, False, "1", None, [], [1], [True], [1.0], {}, {"a": 1}, {"a": 1.0}, {"a": True}]
        ),
        max_size=6,
    )
)
def test_uniqueness_is_json_schemas_own(items: list[Any]) -> None:
    checker = Checker({"uniqueItems": True})
    assert (checker.errors(items) == []) == fast({"uniqueItems": True}).is_valid(items)


def test_uniqueness_looks_at_each_entry_once(monkeypatch: pytest.MonkeyPatch) -> None:
    from mdjourney_backend.schemas import dialect

    looked = 0
    hashable = dialect._hashable

    def counting(value: Any) -> Any:
        nonlocal looked
        looked += isinstance(value, dict)
        return hashable(value)

    monkeypatch.setattr(dialect, "_hashable", counting)
    assert Checker({"uniqueItems": True}).errors([{"n": i} for i in range(4000)]) == []
    assert looked == 4000


def test_many_entries_cost_the_authority_nothing(
    manager: SchemaManager, monkeypatch: pytest.MonkeyPatch
) -> None:
    entry = skeleton("file_technical", manager.resolve("file_technical").body)
    monkeypatch.setattr(Checker, "errors", None)
    assert manager.assess_entries([entry] * 10_000) == {}
    structural = skeleton("dataset_structural", manager.resolve("dataset_structural").body)
    assert manager.assess("dataset_structural", {**structural, "file_descriptions": [entry] * 10_000}).valid


def test_start_up_loads_no_heavy_library() -> None:
    code = (
        "import sys; from pathlib import Path; from mdjourney_backend.schemas import SchemaManager;"
        "SchemaManager(Path('/nonexistent')).assess('project_descriptive', {});"
        "import json; print(json.dumps(sorted(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    heavy = {
        "license_expression",
        "rfc3987",
        "rfc3987_syntax",
        "lark",
        "webcolors",
        "jsonpointer",
        "uri_template",
        "isoduration",
        "arrow",
        "dvc",
        "requests",
    }
    assert not heavy & set(json.loads(done.stdout))
