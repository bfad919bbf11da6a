"""Words and numbers with a meaning outside: licences, units, people and institutions."""

import pytest

from mdjourney_backend.schemas import SchemaManager
from mdjourney_backend.schemas.formats import CHECKS, is_spdx, orcid_iri, ror_iri
from mdjourney_backend.schemas.vocabularies import is_ucum, spdx_licences


@pytest.mark.parametrize(
    "unit",
    ["mg/L", "Cel", "m.s-2", "10*3/uL", "{cells}/mL", "1", "%", "kg.m2", "um", "nmol/L", "mm[Hg]", "/min", "[iU]/mL", "mL/min/{1.73_m2}"],
)  # fmt: skip
def test_units_of_ucum_are_known(unit: str) -> None:
    assert is_ucum(unit)


@pytest.mark.parametrize("unit", ["", " ", "deg C", "°C", "µm", "banana", "percent", "mg per L", "rpm"])
def test_other_units_are_not(unit: str) -> None:
    assert not is_ucum(unit)


def test_a_unit_outside_ucum_is_advice_and_no_error(manager: SchemaManager) -> None:
    run = {
        "quality_control_metrics": {
            "speed": {"value": 3, "unit": "rpm"},
            "mapped": {"value": 94, "unit": "%"},
        }
    }
    (advice,) = manager.advice("experiment_contextual", run)
    assert advice["pointer"] == "/quality_control_metrics/speed/unit"
    structural = {"variables": [{"name": "t", "unit": "°C"}]}
    assert [a["pointer"] for a in manager.advice("dataset_structural", structural)] == ["/variables/0/unit"]
    assert not [e for e in manager.assess("dataset_structural", structural).errors if "unit" in e["pointer"]]


def test_every_listed_licence_is_a_licence() -> None:
    listed = spdx_licences()
    assert len(listed) > 500
    assert {"CC-BY-4.0", "CC0-1.0", "MIT"} <= set(listed)
    assert [key for key in listed if not is_spdx(key)] == []


@pytest.mark.parametrize(
    "text", ["cc-by-4.0", "CC BY 4.0", "Free", "LicenseRef-", "MIT OR", "MIT; rm -rf", "scancode-foo", ""]
)
def test_what_is_no_licence_is_refused(text: str) -> None:
    assert not is_spdx(text)


def test_check_digits_are_verified() -> None:
    assert (
        orcid_iri("0000-0002-1825-0097")
        == orcid_iri("https://orcid.org/0000-0002-1825-0097")
        == "https://orcid.org/0000-0002-1825-0097"
    )
    assert orcid_iri("https://orcid.org/0000-0002-9079-593X") == "https://orcid.org/0000-0002-9079-593X"
    assert [orcid_iri(f"0000-0002-1825-009{d}") for d in "012345689X"] == [None] * 10
    assert ror_iri("05dxps055") == "https://ror.org/05dxps055"
    assert ror_iri("https://ror.org/05dxps054") is None
    assert ror_iri("https://ror.org/042nb2s44\n") is None


@pytest.mark.parametrize(
    ("name", "good", "bad"),
    [
        ("date", ["2024-02-29"], ["2023-02-29", "2026-1-1", "20260101", "2026-11-01\n", "٢٠٢٦-11-01"]),
        ("date-time", ["2026-11-01T10:00:00Z", "2026-11-01t10:00:00.123+01:00"], ["2026-11-01 10:00:00Z", "2026-11-01T25:00:00Z", "2026-11-01T10:00Z"]),
        ("duration", ["P10Y", "P1Y6M", "PT30M", "P2W", "P1DT12H", "PT0.5S"], ["P", "PT", "P1DT", "10Y", "P1W2D", "P-1Y", "ten years"]),
        ("email", ["ada@example.org", "a.b+c@x-y.example"], ["ada", "ada@", "@x", "a b@x.org", "a@x..org", "a@-x.org"]),
        ("uri", ["https://example.org/a?b#c", "doi:10.1/x", "urn:uuid:x"], ["example.org", "/a", "https://exa mple", "a b:c", "http:"]),
        ("uuid", ["7f3c1c1e-6f0e-4e7b-9a51-0c8f4b8f2f10"], ["7f3c1c1e6f0e4e7b9a510c8f4b8f2f10", "{7f3c1c1e-6f0e-4e7b-9a51-0c8f4b8f2f10}", "x"]),
        ("date-or-interval", ["2026-11-01", "2026-11-01/2026-11-03", "2026-11-01T10:00:00Z"], ["2026-11-03/2026-11-01", "2026-11-01/", "/", "now"]),
    ],
)  # fmt: skip
def test_formats_tell_good_from_bad(name: str, good: list[str], bad: list[str]) -> None:
    check = CHECKS[name]
    assert [text for text in good if not check(text)] == []
    assert [text for text in bad if check(text)] == []
