"""Every screen in both themes, empty, filled, with dialogs and with errors, has no violation that axe can find."""

import pytest
from browser.chromium import require_chromium, visit
from browser.seeded import seed
from harness.lab import Lab

pytestmark = pytest.mark.browser


def test_no_screen_breaks_wcag_2_2_a_or_aa() -> None:
    require_chromium()
    with Lab() as lab:
        seed(lab, lab.person())
        told = visit(lab, "accessibility.mjs", "accessibility", seconds=600)
        assert "no violations" in told
