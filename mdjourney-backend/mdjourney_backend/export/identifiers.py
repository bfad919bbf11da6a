"""Identifiers as the standards write them: people, organisations, licences, files, software."""

import re
from urllib.parse import quote

from mdjourney_backend.changes import Content
from mdjourney_backend.schemas.formats import is_uri, orcid_iri, ror_iri

_DOI = re.compile(r"(?:https?://(?:dx\.)?doi\.org/|doi:)?(10\.\d{4,9}/\S+)\Z", re.IGNORECASE)
_SWHID = re.compile(r"swh:1:(?:cnt|dir|rel|rev|snp):[0-9a-f]{40}(?:;\S*)?\Z")


def urn(identifier: str) -> str:
    """A UUID as URN."""
    return f"urn:uuid:{identifier}"


def doi(identifier: str) -> str | None:
    """The bare DOI in an identifier or address, or None."""
    match = _DOI.match(identifier.strip())
    return match[1] if match else None


def address(identifier: str) -> str | None:
    """A web address for a DOI or an address, or None."""
    bare = doi(identifier)
    if bare:
        return f"https://doi.org/{quote(bare, safe='/:;().-_')}"
    return identifier if identifier.startswith(("http://", "https://")) and is_uri(identifier) else None


def orcid(person: Content) -> str | None:
    """A person's ORCID as address; None when absent or its check digit is wrong."""
    return orcid_iri(str(person.get("orcid") or ""))


def ror(identifier: str | None) -> str | None:
    """A ROR id as address; None when absent or its check digits are wrong."""
    return ror_iri(str(identifier or ""))


def person_id(person: Content) -> str:
    """An ORCID, else a name inside the document."""
    return orcid(person) or local("person", str(person["name"]))


def organisation_id(name: str, ror_id: str | None) -> str:
    """A ROR id, else a name inside the document."""
    return ror(ror_id) or local("organisation", name)


def license_uri(license_id: str) -> str:
    """The address of an SPDX licence; an expression, or one of the lab's own, is named inside the document."""
    plain = re.fullmatch(r"[A-Za-z0-9.+-]+", license_id) and not license_id.startswith("LicenseRef-")
    return f"https://spdx.org/licenses/{quote(license_id)}" if plain else local("licence", license_id)


def software_address(software: Content) -> str | None:
    """Where a program can be found: its Software Heritage identifier resolved."""
    swhid = str(software.get("swhid") or "")
    return f"https://archive.softwareheritage.org/{swhid}" if _SWHID.match(swhid) else None


def file_id(path: str) -> str:
    """A relative reference: letters of all alphabets as they are, everything else but `/` percent-encoded.

    A colon too, so that nothing looks like a scheme.
    """
    if path.isascii():
        return quote(path, safe="/")
    return "".join(c if ord(c) > 127 and c.isprintable() else quote(c, safe="/") for c in path)


def local(kind: str, name: str) -> str:
    """A name inside the document."""
    return f"#{kind}-{quote(name, safe='')}"
