"""Field-level difference and restore of one field: a table of what changed and how it is told."""

import pytest

from mdjourney_backend.history import FieldChange, field_at, field_diff, with_field
from mdjourney_contract.problems import NotFound

CASES = [
    ({}, {}, []),
    ({"a": 1}, {"a": 2}, [FieldChange("/a", "replace", 1, 2)]),
    ({"a": 1}, {}, [FieldChange("/a", "remove", 1)]),
    ({}, {"a": None}, [FieldChange("/a", "add", after=None)]),
    ({"a": 1}, {"a": True}, [FieldChange("/a", "replace", 1, True)]),
    ({"a": {"b": 1}}, {"a": {"b": 1, "c/d~": 2}}, [FieldChange("/a/c~1d~0", "add", after=2)]),
    ({"k": ["x", "y"]}, {"k": ["x", "z", "y"]}, [FieldChange("/k/1", "add", after="z")]),
    ({"k": ["x", "y"]}, {"k": ["y"]}, [FieldChange("/k/0", "remove", "x")]),
    ({"k": ["x"]}, {"k": ["z"]}, [FieldChange("/k/0", "replace", "x", "z")]),
    (
        {"f": [{"file_identifier": "1", "s": 1}, {"file_identifier": "2", "s": 2}]},
        {"f": [{"file_identifier": "2", "s": 3}, {"file_identifier": "3", "s": 4}]},
        [
            FieldChange("/f/0", "remove", {"file_identifier": "1", "s": 1}),
            FieldChange("/f/0/s", "replace", 2, 3),
            FieldChange("/f/1", "add", after={"file_identifier": "3", "s": 4}),
        ],
    ),
    (
        {"p": [{"name": "A", "email": "a"}]},
        {"p": [{"name": "A", "email": "b"}]},
        [FieldChange("/p/0/email", "replace", "a", "b")],
    ),
]


@pytest.mark.parametrize(("before", "after", "changes"), CASES)
def test_changes_are_told_field_by_field(before, after, changes):
    assert field_diff(before, after) == changes


def test_a_field_is_taken_from_an_older_document():
    now, older = {"a": {"b": 2, "c": 3}, "k": [1, 2]}, {"a": {"b": 1}, "k": [9, 2]}
    assert with_field(now, "/a/b", older) == {"a": {"b": 1, "c": 3}, "k": [1, 2]}
    assert with_field(now, "/a/c", older) == {"a": {"b": 2}, "k": [1, 2]}
    assert with_field(now, "/k/0", older) == {"a": {"b": 2, "c": 3}, "k": [9, 2]}
    assert now == {"a": {"b": 2, "c": 3}, "k": [1, 2]}


def test_pointers_to_nothing_are_told():
    for pointer in ("/x/y", "/k/7", "nope"):
        with pytest.raises(NotFound):
            field_at({"k": [1]}, pointer)
    with pytest.raises(NotFound):
        with_field({"a": 1}, "", {"a": 2})
