"""Turns a query into parts: each a test on `search_document AS s`, most with an index to draw matches from. Every value is
bound."""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Final

from mdjourney_store.fields import TAG_FIELD
from mdjourney_store.search.language import QueryError
from mdjourney_store.search.terms import All, Compare, Not, OneOf, Operator, Term, Text
from mdjourney_store.words import field_query, words_query

Condition = tuple[str, list[object]]
#: What a person calls a field -> the full names it goes by: `rin` -> `quality_control_metrics.rin`.
Names = Mapping[str, Sequence[str]]

_COLUMNS: Final = {
    "kind": "s.kind",
    "status": "s.status",
    "project": "s.project_id",
    "user": "s.user_id",
    "id": "s.entity_id",
}
_TIMES: Final = frozenset({"born", "at", "birth_timestamp"})
_LINKS: Final = {"trial": "trial", "links": "trial"}
_OWN: Final = frozenset({*_COLUMNS, *_TIMES, *_LINKS, "tag"})
_SQL: Final[dict[Operator, str]] = {
    ":": "=",
    "=": "=",
    "!=": "<>",
    ">": ">",
    ">=": ">=",
    "<": "<",
    "<=": "<=",
}
_FROM_FIELDS: Final = "SELECT f.at, f.kind, f.entity_id FROM entity_field f WHERE"
_FROM_SEARCH: Final = "SELECT s.at, s.kind, s.entity_id FROM search_document s WHERE"


@dataclass(frozen=True, slots=True)
class Part:
    """One thing that must hold.

    Attributes:
        test: condition on `s`.
        draw: a query for (at, kind, entity_id) of what matches, through an index; None when only a walk helps.
        exact: whether `draw` finds nothing that fails `test`.
        ordered: condition on `entity_field e` that is met in order of time, newest first.
        simple: `test` itself is met in order of time.
        guessed: how much `draw` reads cannot be bounded, so it is estimated first.
        slower: an exact query to draw from when `draw` would read too much.
        rank: what is likely rare is drawn from first.
        table: `f` or `s` where a condition on `project_id` of that table may be added to the end of `draw`.
    """

    test: Condition
    draw: Condition | None = None
    exact: bool = True
    ordered: Condition | None = None
    simple: bool = False
    guessed: bool = False
    slower: Condition | None = None
    rank: int = 9
    table: str | None = None


def fields_in(term: Term) -> set[str]:
    """Names of document fields that a query compares."""
    match term:
        case Compare(field) if field not in _OWN:
            return {field}
        case Not(inner):
            return fields_in(inner)
        case All(terms) | OneOf(terms):
            return {name for inner in terms for name in fields_in(inner)}
    return set()


def parts_of(term: Term, names: Names) -> list[Part]:
    """What must all hold; nothing for a query that everything matches.

    Raises:
        QueryError: a value does not fit its field.
    """
    found = [_part(inner, names) for inner in conjuncts(term) if not isinstance(inner, Text)]
    return [*found, *_texts([inner for inner in conjuncts(term) if isinstance(inner, Text)])]


def conjuncts(term: Term) -> Iterator[Term]:
    """The terms that must all match, however deep they were bracketed."""
    if isinstance(term, All):
        for inner in term.terms:
            yield from conjuncts(inner)
    else:
        yield term


def simple_part(test: Condition, rank: int) -> Part:
    """A part on columns of `s` that indexes keep in order of time."""
    return Part(test, (f"{_FROM_SEARCH} {test[0]}", test[1]), simple=True, rank=rank, table="s")


def _part(term: Term, names: Names) -> Part:
    match term:
        case Text():
            found = _texts([term])
            return found[0] if found else Part(("TRUE", []))
        case Compare():
            return _compare(term, names)
        case Not(inner):
            sql, values = _all([_part(inner, names)])
            return Part((f"NOT COALESCE({sql}, FALSE)", values))
        case OneOf(terms):
            return _one_of([_part(inner, names) for inner in terms])
        case All(terms):
            return Part(_all([_part(inner, names) for inner in terms]))


def _all(parts: Sequence[Part]) -> Condition:
    sql = " AND ".join(part.test[0] for part in parts) or "TRUE"
    return f"({sql})", [value for part in parts for value in part.test[1]]


def _one_of(parts: Sequence[Part]) -> Part:
    sql = " OR ".join(part.test[0] for part in parts) or "FALSE"
    test = f"({sql})", [value for part in parts for value in part.test[1]]
    draws = [part.draw for part in parts if part.draw is not None and part.exact and not part.guessed]
    if len(draws) < len(parts):
        return Part(test)
    drawn = " UNION ALL ".join(f"({draw[0]})" for draw in draws)
    return Part(test, (drawn, [value for draw in draws for value in draw[1]]), rank=5)


def _texts(terms: Sequence[Text]) -> list[Part]:
    """One part for all texts that must match: the inverted index cuts their lists with each other."""
    queries: list[object] = []
    for term in terms:
        query = words_query(term.text, prefix=term.prefix)
        if query is None:
            # a star alone matches everything, marks without a word match nothing
            if not term.prefix or term.text:
                return [Part(("FALSE", []))]
        else:
            queries.append(query)
    if not queries:
        return []
    both = " && ".join(["to_tsquery('simple', %s)"] * len(queries))
    test = f"s.tsv @@ ({both})"
    return [Part((test, queries), (f"{_FROM_SEARCH} {test}", queries), guessed=True, rank=3, table="s")]


def _compare(term: Compare, names: Names) -> Part:
    operator = _SQL[term.operator]
    if term.field in _COLUMNS:
        if operator not in {"=", "<>"}:
            raise _wrong(term, "has no order")
        value = term.value.casefold() if term.field in {"kind", "status"} else term.value
        test: Condition = (f"{_COLUMNS[term.field]} {operator} %s", [value])
        if operator == "<>":
            return Part((f"{_COLUMNS[term.field]} IS DISTINCT FROM %s", [value]), simple=True)
        return simple_part(test, rank=0 if term.field == "id" else 4)
    if term.field == "tag":
        equal = _equal([TAG_FIELD], term.value.removeprefix("#").casefold())
        return equal if operator != "<>" else Part((f"NOT {equal.test[0]}", equal.test[1]))
    if term.field in _TIMES:
        return _time(term, operator)
    if term.field in _LINKS:
        return _linked(_LINKS[term.field], term.value)
    return _field(term, operator, names.get(term.field, ()))


def _time(term: Compare, operator: str) -> Part:
    try:
        moment = datetime.fromisoformat(term.value)
    except ValueError as error:
        raise _wrong(term, "is compared with a date such as 2026-11-22") from error
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    if operator == "=":
        return simple_part(("(s.at >= %s AND s.at < %s + interval '1 day')", [moment, moment]), rank=2)
    return simple_part((f"s.at {operator} %s", [moment]), rank=4)


def _linked(kind: str, identifier: str) -> Part:
    target = [kind, identifier.lower()]
    test = (
        "((s.kind = 'trial' AND EXISTS (SELECT FROM graph_edges e WHERE e.source_trial_id = s.entity_id"
        " AND e.target_entity_type = %s AND e.target_entity_id = %s))"
        " OR (s.kind = 'project' AND EXISTS (SELECT FROM project_edges e WHERE e.source_project_id = s.entity_id"
        " AND e.target_entity_type = %s AND e.target_entity_id = %s)))"
    )
    draw = (
        "SELECT s.at, s.kind, s.entity_id FROM graph_edges e JOIN search_document s ON s.kind = 'trial'"
        " AND s.entity_id = e.source_trial_id WHERE e.target_entity_type = %s AND e.target_entity_id = %s"
        " UNION ALL SELECT s.at, s.kind, s.entity_id FROM project_edges e JOIN search_document s ON s.kind = 'project'"
        " AND s.entity_id = e.source_project_id WHERE e.target_entity_type = %s AND e.target_entity_id = %s"
    )
    return Part((test, [*target, *target]), (draw, [*target, *target]), rank=0)


def _field(term: Compare, operator: str, names: Sequence[str]) -> Part:
    if not names:
        return Part(("FALSE", []))
    number, text = _number(term.value), term.value.casefold()
    if number is not None and operator == "=":
        return _one_of([_having(names, "f.num_value = %s", number), _equal(names, text)])
    if number is not None:
        return _having(names, f"f.num_value {operator} %s", number)
    if operator == "=" and (term.operator == "=" or text in {"true", "false"}):
        return _equal(names, text)
    if term.operator == ":":
        return _containing(names, text)
    return _having(names, f"f.text_value {operator} %s", text)


def _having(names: Sequence[str], test: str, value: object, rank: int = 2) -> Part:
    values: list[object] = [list(names), value]
    return Part(
        # a subquery that gives one value is asked row by row; the planner would make a join of an EXISTS
        (
            (
                "COALESCE((SELECT TRUE FROM entity_field f WHERE f.kind = s.kind AND f.entity_id = s.entity_id"  # noqa: S608 - own fragments
                f" AND f.field = ANY(%s) AND {test} LIMIT 1), FALSE)"
            ),
            values,
        ),
        (f"{_FROM_FIELDS} f.field = ANY(%s) AND {test}", values),
        rank=rank,
        table="f",
    )


def _equal(names: Sequence[str], text: str) -> Part:
    part = _having(names, "f.text_value = %s", text, rank=1)
    if len(names) > 1:
        return part
    return replace(part, ordered=("e.field = %s AND e.text_value = %s", [names[0], text]))


def _containing(names: Sequence[str], text: str) -> Part:
    part = _having(names, "strpos(f.text_value, %s) > 0", text)
    query = field_query(names, text)
    if query is None:
        return part
    draw = f"{_FROM_SEARCH} s.tsv @@ %s::tsquery", list[object]([query])
    return replace(part, draw=draw, slower=part.draw, exact=False, guessed=True, rank=3, table="s")


def _number(text: str) -> float | None:
    try:
        number = float(text)
    except ValueError:
        return None
    return number if math.isfinite(number) else None


def _wrong(term: Compare, message: str) -> QueryError:
    return QueryError(
        f"{term.field} {message}", errors=[{"key": term.field, "value": term.value, "message": message}]
    )
