"""Every screen in both themes, empty, filled, with dialogs and with errors, has no violation that axe can find."""

import os
from collections.abc import Iterator

import pytest
from browser.chromium import require_chromium, visit
from browser.seeded import seed
from harness.lab import Lab, Person

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def seeded() -> Iterator[tuple[Lab, list[str]]]:
    require_chromium()
    with Lab() as lab:
        person = lab.person()
        runs = seed(lab, person)
        _leave_something_to_see(lab, person)
        yield lab, runs


def _leave_something_to_see(lab: Lab, person: Person) -> None:
    """A token, and a document that was cut short long ago."""
    document = lab.data / "p_Leaves/first light/.metadata/dataset_administrative.json"
    document.write_bytes(document.read_bytes()[:20])
    os.utime(document, (1, 1))
    assert person.http.post("/api/v1/rescan").status_code == 200
    token = {"name": "microscope", "scopes": ["read"], "days": 1}
    assert person.http.post("/api/auth/tokens", json=token).status_code == 201


def test_no_screen_breaks_wcag_2_2_a_or_aa(seeded: tuple[Lab, list[str]]) -> None:
    lab, _ = seeded
    assert "no violations" in visit(lab, "accessibility.mjs", "accessibility", seconds=600)


def test_nor_do_tables_bulk_changes_exports_and_copies(seeded: tuple[Lab, list[str]]) -> None:
    lab, runs = seeded
    dataset = lab.person().get(f"/api/v1/runs/{runs[1]}").json()["dataset_id"]
    ids = {"DATASET_ID": dataset, "RUN_ID": runs[1]}
    assert "no violations" in visit(lab, "researcher-accessibility.mjs", "accessibility-researcher", **ids)
