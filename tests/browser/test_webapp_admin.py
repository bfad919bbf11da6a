"""What a lab admin does in the real page: a bad config, a good one, people, members, sessions, health, tokens."""

import pytest
from browser.chromium import require_chromium, visit
from harness.lab import Lab

pytestmark = pytest.mark.browser


def test_a_lab_admin_uploads_a_bad_and_a_good_config_and_looks_after_people() -> None:
    require_chromium()
    with Lab() as lab:
        folder = lab.data / "p_Roots" / "warm roots"
        folder.mkdir(parents=True)
        (folder / "table.csv").write_text("x,y\n1,2\n", encoding="utf-8")
        told = visit(lab, "admin-journey.mjs", "admin", DATA_DIR=str(lab.data))
        assert "steps seen" in told
        configs = lab.person().get("/api/configs").json()["items"]
        assert [config["members"] for config in configs] == [["grace"]]
