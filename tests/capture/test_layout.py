"""What paths mean."""

import pytest

from mdjourney_backend.layout import Layout, Meaning, complete_name


@pytest.mark.parametrize(
    ("path", "meaning"),
    [
        ("", Meaning.ROOT),
        ("p_A", Meaning.PROJECT),
        ("p_A/run1", Meaning.DATASET),
        ("p_A/run1/out.csv", Meaning.DATA),
        ("p_A/run1/deep/p_B/out.csv", Meaning.DATA),
        ("p_A/run1/environment.csv", Meaning.DATA),
        ("p_A/run1/dots..txt", Meaning.DATA),
        ("p_A/run1/p_distances", Meaning.DATA),
        ("p_A/run1/a\nb", Meaning.DATA),
        ("p_A/run1/-rf", Meaning.DATA),
        ("p_A/lab-environment/x.csv", Meaning.DATA),
        ("p_dist", Meaning.PROJECT),
        ("notes.txt", Meaning.OUTSIDE),
        ("other/x", Meaning.OUTSIDE),
        ("p_A/run1/x.tmp", Meaning.IGNORED),
        ("p_A/run1/~$x.docx", Meaning.IGNORED),
        ("p_A/run1/x.csv.dvc", Meaning.IGNORED),
        ("p_A/run1/.hidden/x", Meaning.IGNORED),
        ("p_A/.cache/x", Meaning.IGNORED),
        (".git/HEAD", Meaning.HOUSEKEEPING),
        (".mdjourney/lock", Meaning.HOUSEKEEPING),
        (".template_schemas/project_descriptive.json", Meaning.SCHEMA),
        ("p_A/.metadata/project_descriptive.json", Meaning.DOCUMENT),
        ("p_A/r/.metadata/dataset_structural.json", Meaning.DOCUMENT),
        ("p_A/r/.metadata/runs/i/experiment_contextual.json", Meaning.DOCUMENT),
        ("p_A/r/.metadata/runs/i/i_v2_metadata.json", Meaning.DOCUMENT),
        ("p_A/r/.metadata/runs/i/i_v2_metadata_2.json", Meaning.DOCUMENT),
        ("p_A/r/.metadata/runs/i/j_v2_metadata.json", Meaning.METADATA),
        ("p_A/r/.metadata/.dataset_structural.json.tmp1", Meaning.METADATA),
        (".metadata/instruments/scope/instrument_technical.json", Meaning.DOCUMENT),
    ],
)
def test_each_path_has_one_meaning(path: str, meaning: Meaning) -> None:
    assert Layout().meaning(path).meaning is meaning


def test_projects_may_lie_deeper() -> None:
    layout = Layout(depth=2)
    assert layout.meaning("group").meaning is Meaning.CONTAINER
    assert layout.meaning("group/p_A").meaning is Meaning.PROJECT
    assert layout.meaning("p_A").meaning is Meaning.PROJECT
    assert layout.meaning("group/sub/p_A").meaning is Meaning.OUTSIDE
    place = layout.meaning("group/p_A/d/x/y.csv")
    assert (place.project, place.dataset, place.inside) == ("group/p_A", "group/p_A/d", "x/y.csv")


def test_a_prefix_is_no_pattern_and_case_counts() -> None:
    layout = Layout(prefix="P[1]_", ignore=("*.bak",))
    assert layout.meaning("P[1]_x").meaning is Meaning.PROJECT
    assert layout.meaning("P1_x").meaning is Meaning.OUTSIDE
    assert layout.ignored("a.bak")
    assert not layout.ignored("a.BAK")
    assert not layout.ignored("a.bak.csv")


def test_names_of_complete_records_carry_run_and_revision() -> None:
    assert complete_name("abc_v2_metadata.json") == ("abc", 1)
    assert complete_name("abc_v2_metadata_12.json") == ("abc", 12)
    assert complete_name("abc_v2_metadata_01.json") is None
    assert complete_name("abc.json") is None
