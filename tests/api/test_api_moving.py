"""Datasets that move while a request is answered; and lists that never read a large document whole."""

from pathlib import Path
from typing import Any

import httpx
import pytest

from mdjourney_backend.assembly import Backend
from mdjourney_backend.changes import Ref
from mdjourney_backend.documents import Documents

pytestmark = pytest.mark.anyio


async def test_files_are_described_in_the_dataset_that_was_meant(
    backend: Backend, ada: httpx.AsyncClient, ids: Any, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two datasets with files of the same names are swapped between the look and the write."""
    one, other = root / "p_Heat/first set", root / "p_Heat/other"
    other.mkdir()
    (other / "a.csv").write_text("not meant")
    backend.rescan()
    save = Documents.apply_entries

    def swapped(self: Documents, *given: Any, **named: Any) -> Any:
        aside = one.with_name(".aside")
        one.rename(aside)
        other.rename(one)
        aside.rename(other)
        return save(self, *given, **named)

    with monkeypatch.context() as patched:
        patched.setattr(Documents, "apply_entries", swapped)
        body = {"files": [{"file_path": "a.csv", "role": "raw"}]}
        answer = await ada.patch(f"/api/v1/datasets/{ids.dataset}/files", json=body)
    assert answer.json() == {"updated": 1}
    backend.rescan()
    roles = {}
    for place in backend.tree.datasets():
        listed = (await ada.get(f"/api/v1/datasets/{place.dataset_id}/files")).json()["items"]
        roles[place.dataset_id] = {e["file_path"]: e.get("role") for e in listed}
    assert roles.pop(ids.dataset)["a.csv"] == "raw"
    assert [r["a.csv"] for r in roles.values()] == [None]


async def test_a_list_of_runs_reads_no_structural_document_whole(
    ada: httpx.AsyncClient, ids: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = f"/api/v1/datasets/{ids.dataset}/runs"
    body = {"template": "computational_workflow", "files": ["a.csv"]}
    assert (await ada.post(url, json=body)).status_code == 201
    read: list[str] = []
    whole = Documents.read

    def watched(self: Documents, ref: Ref) -> Any:
        read.append(ref.kind)
        return whole(self, ref)

    monkeypatch.setattr(Documents, "read", watched)
    (run,) = (await ada.get(url)).json()["items"]
    assert run["files"] == 1
    assert "dataset_structural" not in read
