"""Crates judged by rocrate-validator with no network: 1.2 at RECOMMENDED, Process Run Crate (1.1) at REQUIRED."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from export.judges import CrateJudge

from mdjourney_backend.export import crate, lacking

Lay = Callable[..., Path]
Graph = dict[str, dict[str, Any]]


def test_a_whole_record_is_a_crate_of_1_2_as_recommended(
    whole: Any, laid_out: Lay, judge: CrateJudge
) -> None:
    assert not judge.faults(laid_out(whole), "ro-crate-1.2", "recommended")


def test_a_whole_record_is_a_process_run_crate(whole: Any, laid_out: Lay, judge: CrateJudge) -> None:
    assert not judge.faults(laid_out(whole, crate.V1_1), "process-run-crate", "required")


def test_the_least_complete_record_is_a_crate_and_what_is_recommended_is_told(
    least: Any, laid_out: Lay, judge: CrateJudge
) -> None:
    folder = laid_out(least)
    assert not judge.faults(folder, "ro-crate-1.2", "required")
    assert judge.faults(folder, "ro-crate-1.2", "recommended")
    told = {i["pointer"]: i["level"] for i in lacking(least, "ro-crate")}
    assert told["/originating_institution"] == told["/experimenters/0/orcid"] == "recommended"
    assert "required" not in told.values()


def test_without_a_program_it_is_a_plain_crate_of_1_1(least: Any, laid_out: Lay, judge: CrateJudge) -> None:
    folder = laid_out(least, crate.V1_1)
    assert not judge.faults(folder, "ro-crate-1.1", "required")
    assert "/software_used_acquisition_analysis" in {i["pointer"] for i in lacking(least, "ro-crate-1.1")}


def _root_without(field: str) -> Callable[[Graph], None]:
    return lambda graph: graph["./"].pop(field) and None


def _singleton(graph: Graph) -> None:
    graph["./"]["publisher"] = [graph["./"]["publisher"]]


def _no_orcid(graph: Graph) -> None:
    graph["./"]["author"] = {"@id": "#ada"}
    graph["#ada"] = {**graph["https://orcid.org/0000-0002-1825-0097"], "@id": "#ada"}


def _missing_file(graph: Graph) -> None:
    graph["gone.csv"] = {**graph["counts.csv"], "@id": "gone.csv"}
    graph["./"]["hasPart"].append({"@id": "gone.csv"})


def _no_tool(graph: Graph) -> None:
    next(e for e in graph.values() if e["@type"] == "CreateAction").pop("instrument")


BROKEN_1_2 = [
    ("no licence", "required", _root_without("license")),
    ("no date", "required", _root_without("datePublished")),
    ("a file that is not there", "required", _missing_file),
    ("a list of one", "recommended", _singleton),
    ("a person without ORCID", "recommended", _no_orcid),
]
BROKEN_1_1 = [("no tool", _no_tool), ("no profile", _root_without("conformsTo"))]


def broken(folder: Path, change: Callable[[Graph], None]) -> Path:
    path = folder / crate.DESCRIPTOR
    document = json.loads(path.read_text("utf-8"))
    graph = {e["@id"]: e for e in document["@graph"]}
    change(graph)
    path.write_text(json.dumps({**document, "@graph": list(graph.values())}), "utf-8")
    return folder


@pytest.mark.parametrize(("what", "level", "change"), BROKEN_1_2, ids=[b[0] for b in BROKEN_1_2])
def test_a_crate_broken_in_one_way_is_refused(
    what: str, level: str, change: Any, whole: Any, laid_out: Lay, judge: CrateJudge
) -> None:
    assert judge.faults(broken(laid_out(whole), change), "ro-crate-1.2", level), what


@pytest.mark.parametrize(("what", "change"), BROKEN_1_1, ids=[b[0] for b in BROKEN_1_1])
def test_a_process_run_crate_broken_in_one_way_is_refused(
    what: str, change: Any, whole: Any, laid_out: Lay, judge: CrateJudge
) -> None:
    folder = broken(laid_out(whole, crate.V1_1), change)
    assert judge.faults(folder, "process-run-crate", "required"), what


@pytest.mark.parametrize("dialect", [crate.V1_2, crate.V1_1], ids=["1.2", "1.1"])
def test_every_term_stands_in_the_context_and_every_reference_in_the_graph(
    whole: Any, dialect: crate.Dialect
) -> None:
    version = dialect.profile.rpartition("/")[2]
    given = json.loads((Path(__file__).parent / f"contexts/ro-crate-{version}.json").read_text("utf-8"))
    terms = set(given["@context"])
    if isinstance(dialect.context, list):
        terms |= set(dialect.context[1])
    made = crate.metadata(whole, dialect)
    known = {e["@id"] for e in made["@graph"]}
    for entity in made["@graph"]:
        assert {k for k in entity if not k.startswith("@")} <= terms
        assert set(references(entity)) <= known | {dialect.profile}


def references(value: Any) -> list[str]:
    if isinstance(value, list):
        return [t for v in value for t in references(v)]
    if isinstance(value, dict):
        own = [value["@id"]] if set(value) == {"@id"} else []
        return own + [t for v in value.values() for t in references(v)]
    return []


def test_the_page_runs_nothing_and_shows_texts_as_they_are(whole: Any) -> None:
    page = crate.contents(whole)[crate.PREVIEW].decode()
    assert "<script" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert page.lower().startswith("<!doctype html>")
    assert "default-src &#x27;none&#x27;" in page
    assert "odd\nname &amp; &lt;b&gt;.txt" in page


def test_an_address_that_would_run_is_no_link(whole: Any) -> None:
    made = crate.metadata(whole)
    root = next(e for e in made["@graph"] if e["@id"] == "./")
    root["subjectOf"] = "javascript:alert(1)"
    assert 'href="javascript' not in crate.preview.page(made)


def test_the_same_record_gives_the_same_bytes(whole: Any) -> None:
    assert crate.contents(whole) == crate.contents(json.loads(json.dumps(whole)))
