"""What a PI does in the real page: overview, search by a quality number, comparison, graph, restore."""

import pytest
from browser.chromium import require_chromium, visit
from browser.seeded import seed
from harness.lab import Lab

pytestmark = pytest.mark.browser


def test_a_pi_finds_compares_follows_and_restores() -> None:
    require_chromium()
    with Lab() as lab:
        person = lab.person()
        seed(lab, person)
        told = visit(lab, "pi-journey.mjs", "pi")
        assert "steps seen" in told
        titles = {item["title"] for item in person.get("/api/v1/projects").json()["items"]}
        assert "Heat stress in roots" in titles
