"""Recognises patterns that backtracking engines (a browser's) need exponential time for."""

import re
from typing import Any

try:
    from re import _constants as _sre
    from re import _parser as _parse
except ImportError:  # pragma: no cover - Python keeps them under these names since 3.11
    raise

_REPEATS = (_sre.MAX_REPEAT, _sre.MIN_REPEAT)


def explodes(pattern: str) -> bool:
    """Whether an unbounded repetition holds nothing but repetitions, as in `(a+)+` or `(a*b*)*`."""
    try:
        parsed = _parse.parse(pattern)
    except (re.error, RecursionError, OverflowError):
        return False
    return _any_explodes(list(parsed))


def _any_explodes(items: list[Any]) -> bool:
    for op, value in items:
        if op in _REPEATS:
            _, most, inner = value
            body = list(inner)
            if most == _sre.MAXREPEAT and _only_repeats(body):
                return True
            if _any_explodes(body):
                return True
        elif any(_any_explodes(branch) for branch in _branches(op, value)):
            return True
    return False


def _branches(op: Any, value: Any) -> list[list[Any]]:
    if op is _sre.SUBPATTERN:
        return [list(value[-1])]
    if op is _sre.BRANCH:
        return [list(branch) for branch in value[1]]
    return []


def _only_repeats(body: list[Any]) -> bool:
    """Every item may be skipped or repeats itself, and at least one repeats without bound."""
    unbounded = False
    for op, value in body:
        if op in _REPEATS:
            least, most, _ = value
            unbounded = unbounded or most == _sre.MAXREPEAT
            if least > 0 and most != _sre.MAXREPEAT:
                return False
        elif op in (_sre.SUBPATTERN, _sre.BRANCH):
            inner = _branches(op, value)
            if not any(_only_repeats(branch) for branch in inner):
                return False
            unbounded = True
        elif op is not _sre.AT:
            return False
    return unbounded
