"""Identifiers as the standards write them."""

from urllib.parse import unquote, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mdjourney_backend.export import identifiers

_NAMES = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="/\0"), min_size=1).filter(
    lambda n: n not in {".", ".."}
)


@given(st.lists(_NAMES, min_size=1, max_size=4))
def test_a_path_survives_its_reference_and_looks_like_nothing_else(names: list[str]) -> None:
    path = "/".join(names)
    reference = identifiers.file_id(path)
    assert unquote(reference) == path
    assert not set(reference) & set(' \t\n\r\\<>"{}|^`#?:')
    parsed = urlsplit(reference)
    assert (parsed.scheme, parsed.netloc, parsed.query, parsed.fragment) == ("", "", "", "")


@pytest.mark.parametrize(
    ("given_", "wanted"),
    [
        ("10.5555/12345678", "10.5555/12345678"),
        ("https://doi.org/10.5555/a(b)", "10.5555/a(b)"),
        ("DOI:10.5555/x", "10.5555/x"),
        ("http://dx.doi.org/10.5555/x", "10.5555/x"),
        ("on my desk", None),
        ("https://example.org/10.5555/x", None),
    ],
)
def test_a_doi_is_known_in_every_dress(given_: str, wanted: str | None) -> None:
    assert identifiers.doi(given_) == wanted


@pytest.mark.parametrize("text", ["javascript:alert(1)", "file:///etc/passwd", "https://a b", "x"])
def test_only_web_addresses_become_links(text: str) -> None:
    assert identifiers.address(text) is None


@pytest.mark.parametrize(
    ("licence", "uri"),
    [
        ("CC-BY-4.0", "https://spdx.org/licenses/CC-BY-4.0"),
        ("MIT OR Apache-2.0", "#licence-MIT%20OR%20Apache-2.0"),
        ("LicenseRef-Lab", "#licence-LicenseRef-Lab"),
    ],
)
def test_a_licence_of_the_list_has_an_address(licence: str, uri: str) -> None:
    assert identifiers.license_uri(licence) == uri


def test_a_wrong_check_digit_is_no_identifier() -> None:
    assert identifiers.orcid({"orcid": "0000-0002-1825-0097"}) == "https://orcid.org/0000-0002-1825-0097"
    assert identifiers.orcid({"orcid": "0000-0002-1825-0098"}) is None
    assert identifiers.ror("05dxps055") == "https://ror.org/05dxps055"
    assert identifiers.ror("05dxps056") is None
    assert identifiers.person_id({"name": "Eve A", "orcid": "0000-0002-1825-0098"}) == "#person-Eve%20A"
