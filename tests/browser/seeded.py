"""A lab with something to look at: two projects, trials with quality numbers, tags and links, one complete record."""

from pathlib import Path
from typing import Any

from harness.lab import Lab, Person
from harness.waiting import until

STEWARD = {"name": "Ada Lovelace", "email": "ada@example.org"}
PROJECT = {
    "project_title": "Heat stress in roots",
    "project_description": "Which genes answer first when roots get warm. #heat-stress",
    "principal_investigator": {"name": "Ada Lovelace"},
    "project_status": "Active",
}
DATASET = {
    "dataset_title": "RNA-Seq of warm roots",
    "dataset_abstract": "Counts per gene at six points in time. #rna-seq",
    "license": "CC-BY-4.0",
    "access_level": "Public",
    "data_steward_contact_person": STEWARD,
}
#: Name, RNA integrity number, temperature, assessment, tag.
TRIALS = [
    ("Heat shift, replicate 1", 8.9, 37, "Pass", "#rna-seq"),
    ("Heat shift, replicate 2", 7.4, 37, "Pass", "#rna-seq"),
    ("Heat shift, replicate 3", 4.2, 37, "Fail", "#rna-seq #outlier"),
    ("Control, replicate 1", 9.1, 22, "Pass", "#control"),
    ("Control, replicate 2", 6.8, 22, "Review", "#control"),
]


def seed(lab: Lab, person: Person, **config: Any) -> list[str]:
    """Make folders and documents and wait until the catalogue has them; answers the trials' ids in order."""
    for folder in ("p_Roots/warm roots", "p_Roots/imaging", "p_Leaves/first light"):
        place = lab.data / folder
        place.mkdir(parents=True)
        (place / "table.csv").write_text("gene,count\nHSP70,120\nHSP90,80\n", encoding="utf-8")
        (place / "notes.txt").write_text("read me\n", encoding="utf-8")
    assert person.start_session(lab.data, name="Plant lab", **config).status_code in (201, 202)
    person.ready()
    person.in_step()
    project = _named(person, "/api/v1/projects", "p_Roots")["project_id"]
    dataset = _named(person, f"/api/v1/projects/{project}/datasets", "p_Roots/warm roots")["dataset_id"]
    _save(person, f"/api/v1/projects/{project}/metadata/project_descriptive", PROJECT)
    _save(person, f"/api/v1/datasets/{dataset}/metadata/dataset_administrative", DATASET)
    ids: list[str] = []
    for trial in TRIALS:
        ids.append(_trial(person, dataset, project, ids, *trial))
    _change_twice(person, project)
    assert person.http.post(f"/api/v1/runs/{ids[0]}/complete").status_code == 201
    assert person.http.post(f"/api/v1/runs/{ids[2]}/abandon").status_code == 200
    person.in_step()
    until(lambda: _in_catalogue(person, ids), 60, why="the catalogue having every trial and its edges")
    return ids


def record_of(folder: Path) -> list[Path]:
    """The complete records below a dataset."""
    return sorted(folder.glob(".metadata/runs/*/*_v2_metadata.json"))


def _trial(
    person: Person,
    dataset: str,
    project: str,
    before: list[str],
    name: str,
    rin: float,
    heat: int,
    qc: str,
    tag: str,
) -> str:
    answer = person.http.post(f"/api/v1/datasets/{dataset}/runs", json={"template": "computational_workflow"})
    assert answer.status_code == 201, answer.text
    run: str = answer.json()["run_id"]
    link = f" Repeats trial:{before[0]}." if before else f" Of project:{project}."
    content: dict[str, Any] = {
        "experiment_name": name,
        "experiment_dates": ["2026-11-20"],
        "experimenters": [{"name": "Ada Lovelace"}],
        "experimenter_notes_observations": f"Seen at {heat} degrees. {tag}{link}",
        "quality_control_metrics": {"rin": rin, "reads_millions": round(rin * 4.1, 1)},
        "qc_assessment": qc,
        "command": ["python", "count.py", "--min", "10"],
        "parameters": {"temperature": heat, "min_count": 10},
        "software_used_acquisition_analysis": [{"name": "STAR", "version": "2.7"}],
        "environment": {"python": "3.11", "os": "Linux"},
        "working_directory": "/data/work",
        "code_version": {"repository": "https://example.org/code.git", "commit": "4f2a9c1", "dirty": False},
        "software_parameters_script_used": "count.py --min 10",
    }
    _save(person, f"/api/v1/runs/{run}/metadata/experiment_contextual", content)
    return run


def _change_twice(person: Person, project: str) -> None:
    url = f"/api/v1/projects/{project}/metadata/project_descriptive"
    _save(person, url, {"originating_laboratory": "Root Biology", "project_keywords": ["roots", "heat"]})
    _save(person, url, {"project_title": "Heat stress in roots and leaves"})


def _save(person: Person, url: str, changes: dict[str, Any]) -> None:
    answer = person.save(url, changes)
    assert answer.status_code == 200, answer.text


def _named(person: Person, url: str, path: str) -> dict[str, Any]:
    return next(dict(item) for item in person.get(url).json()["items"] if item["path"] == path)


def _in_catalogue(person: Person, ids: list[str]) -> bool:
    found = person.get("/api/catalog/v1/search", q="kind:trial quality_control_metrics.rin > 0", limit=50)
    if found.status_code != 200 or len(found.json()["items"]) < len(ids):
        return False
    graph = person.get(f"/api/catalog/v1/graph/trial/{ids[0]}").json()
    return len(graph["edges"]) >= len(ids)
