"""What must not leave the lab does not leave it, in any format."""

import io
import zipfile
from typing import Any

import pytest
from export.records import SECRETS, documents, record

from mdjourney_backend.export import FORMATS, export


def everything(made: dict[str, Any], name: str) -> bytes:
    content = export(made, name).content
    if not content.startswith(b"PK"):
        return content
    archive = zipfile.ZipFile(io.BytesIO(content))
    return b"".join(archive.read(member) for member in archive.namelist())


@pytest.mark.parametrize("name", FORMATS)
@pytest.mark.parametrize("access", ["Embargoed", "Restricted", "Confidential"])
def test_addresses_consent_ethics_and_notes_stay_at_home(access: str, name: str) -> None:
    found = everything(record(documents(access)), name)
    assert [s for s in SECRETS if s.encode() in found] == []
    assert b"Ada Lovelace" in found


def test_they_are_in_the_exports_of_a_public_dataset() -> None:
    """The control: without the rule every one of them would be found."""
    found = everything(record(), "ro-crate")
    assert [s for s in SECRETS if s.encode() not in found] == []


def test_private_fields_are_gone_at_every_depth() -> None:
    docs = documents("Restricted")
    docs["context"]["lab_extension"] = {"people": [{"email": "x@example.org"}]}
    docs["instruments"][0]["owner_contact"] = {"email": "x@example.org"}
    for name in FORMATS:
        assert b"x@example.org" not in everything(record(docs), name)


def test_a_dataset_without_access_level_is_guarded() -> None:
    docs = documents()
    del docs["administrative"]["access_level"]
    from mdjourney_backend.export.words import Parts

    parts = Parts.of(record(docs))
    assert not parts.is_open
    assert "email" not in parts.project["principal_investigator"]
