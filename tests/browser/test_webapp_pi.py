"""What a PI does in the real page: overview, search by a quality number, comparison, graph, restore; also behind a prefix."""

from collections.abc import Iterator

import pytest
from browser.chromium import require_chromium, visit
from browser.seeded import seed
from harness.lab import Lab

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def lab() -> Iterator[Lab]:
    require_chromium()
    with Lab() as lab:
        seed(lab, lab.person())
        yield lab


def test_the_app_works_behind_a_proxy_that_serves_it_under_a_prefix(lab: Lab) -> None:
    assert "all steps seen" in visit(lab, "prefix.mjs", "prefix")


def test_a_pi_finds_compares_follows_and_restores(lab: Lab) -> None:
    assert "steps seen" in visit(lab, "pi-journey.mjs", "pi")
    titles = {item["title"] for item in lab.person().get("/api/v1/projects").json()["items"]}
    assert "Heat stress in roots" in titles
