"""Only strict JSON is read."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mdjourney_backend.strict_json import Unreadable, loads

JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63), 2**64 - 1) | st.floats(allow_nan=False, allow_infinity=False) | st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0")),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0")), inner, max_size=4),
    max_leaves=20,
)  # fmt: skip


@given(JSON)
def test_what_is_json_is_read_as_the_standard_library_reads_it(value: Any) -> None:
    assert loads(json.dumps(value)) == value
    assert loads(json.dumps(value, ensure_ascii=False).encode()) == value


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (b'{"a": NaN}', "NaN"),
        (b"[-Infinity]", "-Infinity"),
        (b"[1e999]", "too large"),
        (b"[123456789012345678901234567890]", "64 bits"),
        (b"[18446744073709551616]", "64 bits"),
        (b'{"a": 1, "b": {"c": 1, "c": 2}}', "'c' stands twice"),
        (b"\xff{}", "UTF-8"),
        (b'{"a":\n 1,}', "line 2"),
        (b"", "line 1"),
        (b'["\\u0000"]', "U+0000"),
        (b'["\\ud800"]', "half a character"),
        (b"[" * 65 + b"]" * 65, "nested deeper than 64"),
        (b"[" * 100_000 + b"]" * 100_000, "nested deeper than 64"),
        (b'{"a":' * 70 + b"1" + b"}" * 70, "nested deeper than 64"),
        (b"[1] [2]", "line 1"),
    ],
)
def test_what_is_not_strict_json_is_refused(text: bytes, says: str) -> None:
    with pytest.raises(Unreadable) as refused:
        loads(text)
    assert says in refused.value.detail


def test_size_has_a_limit() -> None:
    with pytest.raises(Unreadable, match="10 at most"):
        loads(b'"' + b"x" * 100 + b'"', max_bytes=10)
