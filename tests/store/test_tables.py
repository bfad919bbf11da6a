"""A search's result as a table: what the documents say, safe in a spreadsheet, and whole or said not to be."""

import csv
import io
import json
from collections.abc import Sequence
from typing import Any

import pytest

from mdjourney_contract.problems import BadRequest
from mdjourney_store.connection import Store
from mdjourney_store.connector import Connector
from mdjourney_store.search import csv_pieces, facets, search, table
from mdjourney_store.viewer import Viewer

ADMIN = Viewer("root", role="admin")
LONG = "A long Description, with a comma.\n" * 40


@pytest.fixture
def filled(store: Store, rows: Any) -> Store:
    rows(
        "INSERT INTO project_detail (project_id, name, details) VALUES ('p', 'P', %s)",
        json.dumps({"note": "Of the Project"}),
    )
    rows(
        "INSERT INTO dataset_detail (dataset_id, project_id, title, rel_path, administrative, structural) VALUES ('d', 'p', 'D', 'p/d',"
        ' \'{"note": "Of administration"}\', \'{"note": "Of structure", "deep": {"rin": 7}}\')'
    )
    about = {
        "experiment_name": "NovaSeq %0A", "description": LONG, "note": None, "big": 2**70, "deep": {"rin": 0.1, "list": [["Aa", 1], "Bb"]},
        "dotted.key": "Ж", "yes": True, "also": [{"rin": 5}, {"rin": "n/a"}],
        "cold": -5,
    }  # fmt: skip
    rows(
        "INSERT INTO trial_detail (trial_id, project_id, birth_timestamp, metadata) VALUES ('t', 'p', now(), %s::jsonb || '{\"exact\": 1.50}')",
        json.dumps(about),
    )
    rows(
        "INSERT INTO file_entry (dataset_id, path, extension, mime_type, role, size_bytes, entry_sha256) SELECT 'd', 'a/' || n || '.csv',"
        " '.csv', CASE WHEN n > 3 THEN 'text/csv' END, 'raw', n, repeat('0', 64) FROM generate_series(1, 7) n"
    )
    Connector(store).drain()
    return store


def lines(
    store: Store, query: str = "", *, fields: Sequence[str] = (), kind: str | None = None
) -> list[dict[str, str]]:
    text = "".join(csv_pieces(store, ADMIN, query, kind=kind, fields=fields))
    return list(csv.DictReader(io.StringIO(text, newline="")))


#: field -> what the trial's document says
SAYS = {
    "experiment_name": "NovaSeq %0A", "description": LONG, "note": "", "big": str(2**70), "rin": "5; n/a; 0.1", "deep.rin": "0.1",
    "list": "Aa; 1; Bb", "dotted.key": "Ж", "key": "Ж", "yes": "true", "exact": "1.50", "in": "", "also.rin": "5; n/a", "cold": "-5", "nothing": "",
}  # fmt: skip


def test_a_table_says_what_the_documents_say(filled: Store) -> None:
    (trial,) = lines(filled, kind="trial", fields=list(SAYS))
    assert {field: trial[field] for field in SAYS} == SAYS
    by_kind = {line["kind"]: line for line in lines(filled, fields=["note", "rin"])}
    assert (by_kind["project"]["note"], by_kind["dataset"]["note"]) == ("Of the Project", "Of administration")
    assert by_kind["dataset"]["rin"] == "7"


def test_files_have_columns_of_their_own_and_no_further_fields(filled: Store) -> None:
    assert [line["path"] for line in lines(filled, "kind:file size>5")] == ["a/7.csv", "a/6.csv"]
    assert "path" in next(csv_pieces(filled, ADMIN, "nothing*", kind="file"))
    for query, kind, fields in (
        ("kind:file", None, ["rin"]),
        ("", "file", ["rin"]),
        ("", None, ["rin"] * 41),
    ):
        with pytest.raises(BadRequest) as caught:
            next(csv_pieces(filled, ADMIN, query, kind=kind, fields=fields))
        assert caught.value.errors[0]["key"] == "fields"


@pytest.mark.parametrize("first", ["=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠"])
def test_what_begins_like_a_formula_is_no_formula(first: str) -> None:
    (cell,) = next(csv.reader(io.StringIO(table._text([[f"{first}1+A1"]]), newline="")))
    assert cell == f"'{first}1+A1"


@pytest.mark.parametrize("number", ["-5", "+1.5e-7", "1e30", "-0"])
def test_a_number_stays_one(number: str) -> None:
    assert table._text([[number]]) == f"{number}\r\n"
    assert table._text([["-inf", "-١", "+1_0"]]) == "'-inf,'-١,'+1_0\r\n"


def test_a_table_that_is_cut_off_says_so(filled: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(table, "_PAGE", 2)
    monkeypatch.setattr(table, "MOST_ROWS", 4)
    cut = lines(filled, kind="file")
    assert [line["path"] for line in cut[:-1]] == ["a/7.csv", "a/6.csv", "a/5.csv", "a/4.csv"]
    assert "more rows match" in cut[-1]["kind"]
    monkeypatch.setattr(table, "MOST_ROWS", 8)
    assert len(lines(filled, kind="file")) == 7
    monkeypatch.setattr(table, "MOST_ROWS", 7)
    assert len(lines(filled, kind="file")) == 7


def test_what_files_are_counted_by_can_be_asked(filled: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    answer = facets(filled, ADMIN, "kind:file size>1")
    assert answer == facets(filled, ADMIN, "size>1", kind="file")
    assert answer["truncated"] is False
    counts = {
        name: [(one["value"], one["count"]) for one in values] for name, values in answer["facets"].items()
    }
    assert counts == {
        "kind": [("file", 6)], "dataset": [("d", 6)], "project": [("p", 6)], "extension": [(".csv", 6)], "mime_type": [("text/csv", 4)],
        "role": [("raw", 6)], "status": [("present", 6)],
    }  # fmt: skip
    for name, values in counts.items():
        for value, count in values:
            assert search(filled, ADMIN, f"kind:file size>1 {name}={value}")["total"] == count
    assert facets(filled, Viewer("eve"), "kind:file")["facets"] == {}
    monkeypatch.setattr("mdjourney_store.search.run._SAMPLE", 3)
    assert facets(filled, ADMIN, "", kind="file")["truncated"] is True
