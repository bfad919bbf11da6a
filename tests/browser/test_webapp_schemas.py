"""Schemas of other communities, drawn by the real page under its own content security policy."""

import json
from pathlib import Path

import pytest
from browser.chromium import require_chromium, visit
from harness.lab import Lab
from schemas.test_public_schemas import PUBLIC, body

pytestmark = pytest.mark.browser

#: So large that its JSON is edited as text; that is tested without a browser.
LARGE = {"renovate"}


def test_public_schemas_draw_forms_that_can_be_filled(tmp_path: Path) -> None:
    require_chromium()
    drawn = [name for name in PUBLIC if name not in LARGE]
    for name in drawn:
        (tmp_path / f"{name}.json").write_text(json.dumps(body(name)), "utf-8")
    with Lab() as lab:
        (lab.data / "p_Forms" / "d").mkdir(parents=True)
        person = lab.person()
        assert person.start_session(lab.data).status_code in (201, 202)
        person.ready()
        said = visit(lab, "schemas.mjs", "schemas", SCHEMAS_DIR=str(tmp_path))
    assert f"all {len(drawn)} steps seen" in said
    assert len(drawn) >= 12
