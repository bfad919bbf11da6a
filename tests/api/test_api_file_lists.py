"""The list of files: filters that are alternatives, facets under the others, pages by cursor and by number, bulk answers."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import pytest
from api.conftest import Ids, recorded
from harness.waiting import until

from mdjourney_backend.api import looking
from mdjourney_backend.assembly import Backend
from mdjourney_backend.file_lists import FileList, Filter

pytestmark = pytest.mark.anyio

FILES = {
    "raw/a.csv": "x,y\n1,2\n",
    "raw/b.csv": "x,y\n3,4\n",
    "raw/Notes.TXT": "words\n",
    "figures/plot.svg": "<svg xmlns='http://www.w3.org/2000/svg'/>\n",
    "figures/noend": "words\n",
}


@pytest.fixture
def root(tmp_path: Path) -> Path:
    folder = tmp_path / "lab/p_Heat/first set"
    for name, text in FILES.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    return tmp_path / "lab"


def url(ids: Ids, tail: str = "") -> str:
    return f"/api/v1/datasets/{ids.dataset}/files{tail}"


async def paths(ada: httpx.AsyncClient, ids: Ids, **params: Any) -> list[str]:
    answer = await ada.get(url(ids), params=params)
    assert answer.status_code == 200, answer.text
    body = answer.json()
    assert body["total"] == len(body["items"])
    return [item["file_path"] for item in body["items"]]


async def describe(ada: httpx.AsyncClient, ids: Ids, body: dict[str, Any]) -> httpx.Response:
    return await ada.patch(url(ids), json=body)


NARROWED: list[tuple[dict[str, Any], list[str]]] = [
    ({}, ["figures/noend", "figures/plot.svg", "raw/Notes.TXT", "raw/a.csv", "raw/b.csv"]),
    ({"q": "NOTES"}, ["raw/Notes.TXT"]),
    ({"mime_type": "text/csv"}, ["raw/a.csv", "raw/b.csv"]),
    ({"extension": ["TXT", "svg"]}, ["figures/plot.svg", "raw/Notes.TXT"]),
    ({"extension": ""}, ["figures/noend"]),
    ({"role": "raw"}, ["raw/a.csv"]),
    ({"role": ["", "raw"], "mime_type": "text/csv"}, ["raw/a.csv", "raw/b.csv"]),
    ({"described": "true"}, ["raw/b.csv"]),
    ({"described": "false", "q": "raw"}, ["raw/Notes.TXT", "raw/a.csv"]),
    ({"status": "removed"}, []),
]


async def test_filters_narrow_together_and_their_values_are_alternatives(
    ada: httpx.AsyncClient, ids: Ids
) -> None:
    said = [
        {"file_path": "raw/a.csv", "role": "raw"},
        {"file_path": "raw/b.csv", "file_description": "Counts"},
    ]
    assert (await describe(ada, ids, {"files": said})).status_code == 200
    for params, expected in NARROWED:
        assert await paths(ada, ids, **params) == expected, params


async def test_a_facet_counts_under_the_other_filters_and_not_its_own(
    ada: httpx.AsyncClient, ids: Ids
) -> None:
    await describe(ada, ids, {"files": [{"file_path": "raw/a.csv", "role": "raw"}]})
    answer = await ada.get(url(ids, "/facets"), params={"q": "raw/", "mime_type": "text/csv"})
    body = answer.json()
    assert (body["total"], body["bytes"]) == (2, 16)
    counts = {name: {v["value"]: v["count"] for v in found} for name, found in body["facets"].items()}
    assert counts["mime_type"] == {"text/csv": 2, "text/plain": 1}
    assert counts["extension"] == {"csv": 2}
    assert counts["role"] == {"": 1, "raw": 1}
    assert counts["described"] == {"false": 2}


async def test_a_chosen_value_stays_among_the_facets_even_with_nothing_left(
    ada: httpx.AsyncClient, ids: Ids
) -> None:
    body = (await ada.get(url(ids, "/facets"), params={"q": "zzz", "extension": "csv"})).json()
    assert body["total"] == 0
    assert body["facets"]["extension"] == [{"value": "csv", "count": 0}]


async def test_pages_by_cursor_and_by_number_give_the_same_rows_once(
    ada: httpx.AsyncClient, ids: Ids
) -> None:
    whole = await paths(ada, ids)
    by_cursor: list[str] = []
    cursor = None
    while True:
        params = {"limit": 2, **({"cursor": cursor} if cursor else {})}
        page = (await ada.get(url(ids), params=params)).json()
        by_cursor += [item["file_path"] for item in page["items"]]
        cursor = page["next_cursor"]
        if cursor is None:
            break
    by_number = [
        item["file_path"]
        for offset in range(0, 6, 2)
        for item in (await ada.get(url(ids), params={"offset": offset, "limit": 2})).json()["items"]
    ]
    assert by_cursor == by_number == whole
    behind = (await ada.get(url(ids), params={"offset": 99})).json()
    assert (behind["items"], behind["total"]) == ([], 5)


async def test_a_brief_list_has_only_what_a_table_shows(ada: httpx.AsyncClient, ids: Ids) -> None:
    item = (await ada.get(url(ids), params={"q": "a.csv", "brief": "true"})).json()["items"][0]
    assert item["file_size_bytes"] == 8
    assert "checksum" not in item
    assert "columns" not in item


async def test_all_that_match_are_described_at_once_but_the_excepted(
    ada: httpx.AsyncClient, ids: Ids
) -> None:
    where = {"q": "raw/", "extension": ["csv", "txt"]}
    answer = await describe(
        ada,
        ids,
        {
            "where": where,
            "except": ["raw/b.csv"],
            "set": {"role": "raw", "file_description": "From the plate"},
        },
    )
    assert answer.json() == {"updated": 2}
    assert await paths(ada, ids, role="raw") == ["raw/Notes.TXT", "raw/a.csv"]
    taken_back = await describe(ada, ids, {"where": {}, "set": {"role": None}})
    assert taken_back.json() == {"updated": 5}
    assert await paths(ada, ids, role="raw") == []


async def test_neither_looking_nor_describing_reads_the_document_whole(
    ada: httpx.AsyncClient, ids: Ids, backend: Backend, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(*_: object, **__: object) -> None:
        raise AssertionError("the whole document was read")

    structure = backend.root / "p_Heat/first set/.metadata/dataset_structural.json"
    monkeypatch.setattr(backend.documents, "read", refused)
    monkeypatch.setattr(backend.documents, "apply", refused)
    one = {"files": [{"file_path": "raw/a.csv", "role": "raw", "file_description": "By hand"}]}
    assert (await describe(ada, ids, one)).json() == {"updated": 1}
    assert await paths(ada, ids, role="raw") == ["raw/a.csv"]
    all_of_it = {"where": {"extension": ["csv"]}, "set": {"role": "processed"}}
    assert (await describe(ada, ids, all_of_it)).json() == {"updated": 2}
    assert await paths(ada, ids, role="processed") == ["raw/a.csv", "raw/b.csv"]
    before = structure.read_bytes()
    assert (await describe(ada, ids, all_of_it)).json() == {"updated": 2}
    assert structure.read_bytes() == before


async def test_a_document_that_was_written_by_hand_is_listed_all_the_same(
    ada: httpx.AsyncClient, ids: Ids, backend: Backend
) -> None:
    structure = backend.root / "p_Heat/first set/.metadata/dataset_structural.json"
    content = json.loads(structure.read_bytes())
    content["file_descriptions"].reverse()
    structure.write_text(json.dumps(content, indent="\t"))
    whole = ["figures/noend", "figures/plot.svg", "raw/Notes.TXT", "raw/a.csv", "raw/b.csv"]
    assert await paths(ada, ids) == whole
    structure.write_text(json.dumps(content, indent=2, ensure_ascii=False) + "\n")
    assert await paths(ada, ids) == whole


SENSELESS: list[dict[str, Any]] = [
    {"where": {"path": ["x"]}, "set": {"role": "raw"}},
    {"where": {"role": "raw"}, "set": {"role": "raw"}},
    {"where": {}, "set": {"checksum": "x"}},
    {"where": {}, "set": {"role": "raw"}, "except": [1]},
    {"where": {}},
]


async def test_a_choice_that_makes_no_sense_changes_nothing(
    ada: httpx.AsyncClient, ids: Ids, root: Path
) -> None:
    document = root / "p_Heat/first set/.metadata/dataset_structural.json"
    before = document.read_bytes()
    for body in SENSELESS:
        answer = await describe(ada, ids, body)
        assert answer.status_code == 400, answer.text
        assert answer.json()["errors"][0]["pointer"]
    assert document.read_bytes() == before


async def test_the_list_follows_a_document_that_changed_on_disk(
    ada: httpx.AsyncClient, ids: Ids, root: Path
) -> None:
    assert len(await paths(ada, ids)) == 5
    document = root / "p_Heat/first set/.metadata/dataset_structural.json"
    content = json.loads(document.read_text())
    content["file_descriptions"] = content["file_descriptions"][:1]
    fresh = document.with_name("new")
    fresh.write_text(json.dumps(content))
    fresh.replace(document)
    assert len(await paths(ada, ids)) == 1


async def test_a_document_is_read_once_for_many_pages(
    ada: httpx.AsyncClient, ids: Ids, backend: Backend, monkeypatch: pytest.MonkeyPatch
) -> None:
    await paths(ada, ids)
    lists = looking.looking_at(backend).lists
    place = backend.tree.dataset(ids.dataset)
    recorded(backend)
    # the list of a document that was written a moment ago is not kept: its stat cannot vouch for it
    until(lambda: lists.of(place.path) is lists.of(place.path))
    kept = lists.of(place.path)
    monkeypatch.setattr(backend.documents, "read", None)
    assert lists.of(place.path) is kept


def entry(i: int) -> dict[str, Any]:
    return {
        "file_path": f"plate {i % 97:02d}/Well {i:05d}.{'csv' if i % 3 else 'TIF'}",
        "file_extension": "csv" if i % 3 else "TIF",
        "mime_type": "text/csv" if i % 3 else "image/tiff",
        "file_size_bytes": i,
        "status": "present" if i % 10 else "removed",
        **({"role": "raw"} if i % 4 == 0 else {}),
        **({"file_description": "x"} if i % 5 == 0 else {}),
    }


@pytest.mark.parametrize(
    "wanted",
    [
        Filter(),
        Filter(q="WELL 001"),
        Filter(role=frozenset({""}), extension=frozenset({"tif"})),
        Filter(q="plate 1", status=frozenset({"present"}), described=frozenset({"true"})),
        Filter(mime_type=frozenset({"nothing/like-it"})),
    ],
)
async def test_lists_and_facets_agree_with_counting_one_by_one(wanted: Filter) -> None:
    entries = [entry(i) for i in range(3000)]
    listed = FileList(entries)
    plain = sorted(e["file_path"] for e in entries if wanted.matches(e))
    assert [listed.paths[i] for i in listed.matching(wanted)] == plain
    found = listed.facets(wanted)
    assert found["total"] == len(plain)
    for name, member in (
        ("role", "role"),
        ("status", "status"),
        ("mime_type", "mime_type"),
    ):
        nothing: dict[str, Any] = {name: frozenset()}
        others = replace(wanted, **nothing)
        for value in found["facets"][name]:
            exact = sum(others.matches(e) and e.get(member, "") == value["value"] for e in entries)
            assert value["count"] == exact
