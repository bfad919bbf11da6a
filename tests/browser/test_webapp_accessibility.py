"""Every screen in both themes, empty, filled, with dialogs and with errors, has no violation that axe can find."""

from collections.abc import Iterator

import pytest
from browser.chromium import require_chromium, visit
from browser.seeded import seed
from harness.lab import Lab

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def seeded() -> Iterator[tuple[Lab, list[str]]]:
    require_chromium()
    with Lab() as lab:
        yield lab, seed(lab, lab.person())


def test_no_screen_breaks_wcag_2_2_a_or_aa(seeded: tuple[Lab, list[str]]) -> None:
    lab, _ = seeded
    assert "no violations" in visit(lab, "accessibility.mjs", "accessibility", seconds=600)


def test_nor_do_tables_bulk_changes_exports_and_copies(seeded: tuple[Lab, list[str]]) -> None:
    lab, runs = seeded
    dataset = lab.person().get(f"/api/v1/runs/{runs[1]}").json()["dataset_id"]
    ids = {"DATASET_ID": dataset, "RUN_ID": runs[1]}
    assert "no violations" in visit(lab, "researcher-accessibility.mjs", "accessibility-researcher", **ids)
