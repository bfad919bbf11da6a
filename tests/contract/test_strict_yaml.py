"""Strict YAML: what is refused, where, and that values are read as written."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mdjourney_contract.strict_yaml import MAX_BYTES, YamlError, parse


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("a: 1\na: 2\n", 2, "stands twice"),
        ("a: &x 1\nb: *x\n", 1, "anchors"),
        ("a: 1\nb: *x\n", 2, "aliases"),
        ("a: !!python/object:os.system x\n", 1, "tags"),
        ("<<: {a: 1}\n", 1, "plain text"),
        ("a:\n  b: 1\n\tc: 2\n", 3, "tab"),
        ("a: [\n", 2, "stream end"),
        ("a: 1\n---\nb: 2\n", 2, "one document"),
        ("[" * 3000, 1, "nested deeper"),
        ("? [1]\n: 2\n", 1, "plain text"),
        ("a: " + "x" * MAX_BYTES, 1, "bytes"),
        (b"a: \xff\n", 1, "UTF-8"),
    ],
)
def test_what_is_refused_names_its_line(text: str | bytes, line: int, words: str) -> None:
    with pytest.raises(YamlError) as caught:
        parse(text)
    assert caught.value.errors[0]["line"] == line
    assert words in caught.value.detail


def test_bombs_are_refused_before_anything_is_expanded() -> None:
    levels = "\n".join(f"l{i}: &l{i} [{', '.join([f'*l{i - 1}'] * 9) if i else '1'}]" for i in range(9))
    with pytest.raises(YamlError):
        parse(levels)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("no", "no"),
        ("on", "on"),
        ("12:30:45", "12:30:45"),
        ("2026-01-01", "2026-01-01"),
        ("017", "017"),
        ("true", True),
        ("null", None),
        ("", None),
        ("3", 3),
        ("-2", -2),
        ("1.5", 1.5),
        ("1e3", 1000.0),
        ("'3'", "3"),
    ],
)
def test_scalars_are_read_as_yaml_1_2_means_them(text: str, value: object) -> None:
    assert parse(f"a: {text}\n").value == {"a": value}


@given(st.text(max_size=400))
@settings(max_examples=300, deadline=None)
def test_any_text_is_read_or_refused_with_a_line(text: str) -> None:
    refused: list[dict[str, object]] = []
    try:
        parse(text)
    except YamlError as exc:
        refused = exc.errors
    assert all(int(str(error["line"])) >= 1 for error in refused)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a: [" + "1," * 6000 + "1]", "more than 5000 values"),
        ("%YAML " + "9" * 60_000 + ".1\n---\na: 1\n", "not YAML"),
    ],
)
def test_many_values_and_endless_numbers_are_refused(text: str, said: str) -> None:
    with pytest.raises(YamlError) as told:
        parse(text)
    assert said in str(told.value.errors)
