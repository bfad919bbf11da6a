"""What a PI and a reader do in the real page: overview, search by a quality number, comparison, graph, restore; also behind a prefix."""

from collections.abc import Iterator

import pytest
from browser.chromium import login_link, require_chromium, visit
from browser.seeded import seed
from harness.lab import Lab

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def lab() -> Iterator[Lab]:
    require_chromium()
    with Lab() as lab:
        lab.add_user("vera")
        assert lab.person().http.patch("/api/users/vera", json={"role": "reader"}).status_code == 200
        seed(lab, lab.person(), members=["vera"])
        yield lab


def test_the_app_works_behind_a_proxy_that_serves_it_under_a_prefix(lab: Lab) -> None:
    assert "steps seen" in visit(lab, "prefix.mjs", "prefix")


def test_a_reader_sees_everything_and_is_offered_no_change(lab: Lab) -> None:
    assert "steps seen" in visit(lab, "reader-journey.mjs", "reader", LOGIN_URL=login_link(lab, "vera"))


def test_a_pi_finds_compares_follows_and_restores(lab: Lab) -> None:
    assert "steps seen" in visit(lab, "pi-journey.mjs", "pi")
    titles = {item["title"] for item in lab.person().get("/api/v1/projects").json()["items"]}
    assert "Heat stress in roots" in titles
