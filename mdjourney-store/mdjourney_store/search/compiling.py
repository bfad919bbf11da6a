"""Turns a query into parts: each a test on `search_document AS s`, most with an index that finds what matches. Every value
is bound."""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Final

from mdjourney_store.fields import TAG_FIELD
from mdjourney_store.labels import FACET_FIELDS, label
from mdjourney_store.search.language import wrong
from mdjourney_store.search.lexed import Condition, Lexed, both, either, labelled, marked, worded
from mdjourney_store.search.terms import All, Compare, Not, OneOf, Operator, Term, Text
from mdjourney_store.words import field_query, field_words

#: What a person calls a field -> the full names it goes by: `rin` -> `quality_control_metrics.rin`.
Names = Mapping[str, Sequence[str]]

_COLUMNS: Final = {
    "kind": "s.kind",
    "status": "s.status",
    "project": "s.project_id",
    "user": "s.user_id",
    "id": "s.entity_id",
}
#: Columns of the indexes `search_project_recent` and `search_project_status`.
_BY_PROJECT: Final = frozenset({"kind", "status"})
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
_FROM_FIELDS: Final = "SELECT f.at, f.kind, f.entity_id, f.project_id FROM entity_field f WHERE"
_FROM_SEARCH: Final = "SELECT s.at, s.kind, s.entity_id, s.project_id FROM search_document s WHERE"


@dataclass(frozen=True, slots=True)
class Part:
    """One thing that must hold.

    Attributes:
        test: condition on `s`.
        draw: a query for (at, kind, entity_id, project_id) of exactly what matches, through an index that can stop early.
        lexed: what the inverted index says of it.
        left: what is to be tested of rows that the inverted index found, where that is less than `test`.
        ordered: condition on `entity_field e` that is met in order of time, newest first.
        simple: `test` itself is met in order of time.
        label: facet and value, where exactly the rows of a label match.
        indexed: `test` is about columns of the indexes that go by project.
        rank: what is likely rare is drawn from first.
    """

    test: Condition
    draw: Condition | None = None
    lexed: Lexed | None = None
    left: Condition | None = None
    ordered: Condition | None = None
    simple: bool = False
    label: tuple[str, str] | None = None
    indexed: bool = False
    rank: int = 9

    @property
    def beside(self) -> bool:
        """Whether the test reads what lies beside its row: the vector of words, fields, edges."""
        return "s.tsv" in self.test[0] or "SELECT" in self.test[0]

    @property
    def rest(self) -> Condition | None:
        """What is still to be tested of rows that the inverted index found for this part."""
        if self.lexed is None:
            return self.test
        return None if self.lexed.exact else self.left or self.test


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


def simple_part(test: Condition, rank: int, lexed: Lexed | None = None) -> Part:
    """A part on columns of `s` that indexes keep in order of time."""
    return Part(test, (f"{_FROM_SEARCH} {test[0]}", test[1]), lexed, simple=True, rank=rank)


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
            parts = [_part(inner, names) for inner in terms]
            lexed = both([part.lexed for part in parts if part.lexed is not None])
            if lexed is not None and not all(part.lexed for part in parts):
                lexed = replace(lexed, exact=False)
            return Part(_all(parts), lexed=lexed)


def _all(parts: Sequence[Part]) -> Condition:
    sql = " AND ".join(part.test[0] for part in parts) or "TRUE"
    return f"({sql})", [value for part in parts for value in part.test[1]]


def _one_of(parts: Sequence[Part]) -> Part:
    sql = " OR ".join(part.test[0] for part in parts) or "FALSE"
    test = f"({sql})", [value for part in parts for value in part.test[1]]
    lexed = [part.lexed for part in parts if part.lexed is not None]
    draws = [part.draw for part in parts if part.draw is not None]
    drawn = " UNION ALL ".join(f"({draw[0]})" for draw in draws)
    return Part(
        test,
        (drawn, [value for draw in draws for value in draw[1]]) if len(draws) == len(parts) else None,
        either(lexed) if len(lexed) == len(parts) else None,
        rank=5,
    )


def _texts(terms: Sequence[Text]) -> list[Part]:
    found: list[Part] = []
    for term in terms:
        lexed = worded(term.text, prefix=term.prefix)
        if lexed is not None:
            found.append(Part((f"s.tsv @@ {lexed.query[0]}", lexed.query[1]), lexed=lexed))
        elif not term.prefix or term.text:
            # a star alone matches everything, marks without a word match nothing
            return [Part(("FALSE", []))]
    return found


def _compare(term: Compare, names: Names) -> Part:
    operator = _SQL[term.operator]
    if term.field in _COLUMNS:
        return _column(term, operator)
    if term.field == "tag":
        return _having_or_not(term, _equal([TAG_FIELD], term.value.removeprefix("#").casefold()))
    if term.field in _TIMES:
        return _time(term, operator)
    if term.field in _LINKS:
        return _having_or_not(term, _linked(_LINKS[term.field], term.value))
    return _field(term, operator, names.get(term.field, ()))


def _having_or_not(term: Compare, part: Part) -> Part:
    """What has something, or has it not."""
    if term.operator not in {":", "=", "!="}:
        raise wrong(term, "has no order")
    return Part((f"NOT {part.test[0]}", part.test[1])) if term.operator == "!=" else part


def _column(term: Compare, operator: str) -> Part:
    if operator not in {"=", "<>"}:
        raise wrong(term, "has no order")
    value = term.value.casefold() if term.field in {"kind", "status"} else term.value
    if operator == "<>":
        other = f"{_COLUMNS[term.field]} IS DISTINCT FROM %s"
        return Part((other, [value]), simple=True, indexed=term.field == "kind")
    test: Condition = (f"{_COLUMNS[term.field]} = %s", [value])
    if term.field == "id":
        return simple_part(test, rank=0)
    part = simple_part(test, rank=4, lexed=labelled([label(term.field, value)]))
    return replace(part, label=(term.field, value), indexed=term.field in _BY_PROJECT)


def _time(term: Compare, operator: str) -> Part:
    try:
        moment = datetime.fromisoformat(term.value)
    except ValueError as error:
        raise wrong(term, "is compared with a date such as 2026-11-22") from error
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    day = "(s.at >= %s AND s.at < %s + interval '1 day')"
    if operator == "=":
        return replace(simple_part((day, [moment, moment]), rank=2), indexed=True)
    if operator == "<>":
        return Part((f"NOT {day}", [moment, moment]), simple=True, indexed=True)
    return replace(simple_part((f"s.at {operator} %s", [moment]), rank=4), indexed=True)


def _linked(kind: str, identifier: str) -> Part:
    target = [kind, identifier.lower()]
    test = (
        "((s.kind = 'trial' AND EXISTS (SELECT FROM graph_edges e WHERE e.source_trial_id = s.entity_id"
        " AND e.target_entity_type = %s AND e.target_entity_id = %s))"
        " OR (s.kind = 'project' AND EXISTS (SELECT FROM project_edges e WHERE e.source_project_id = s.entity_id"
        " AND e.target_entity_type = %s AND e.target_entity_id = %s)))"
    )
    draw = (
        "SELECT s.at, s.kind, s.entity_id, s.project_id FROM graph_edges e JOIN search_document s ON s.kind = 'trial'"
        " AND s.entity_id = e.source_trial_id WHERE e.target_entity_type = %s AND e.target_entity_id = %s"
        " UNION ALL SELECT s.at, s.kind, s.entity_id, s.project_id FROM project_edges e JOIN search_document s ON s.kind = 'project'"
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
        part = _having(names, f"f.num_value {operator} %s", number)
        # a sum is no column: it keeps PostgreSQL from sorting what the other index finds
        walk = f"e.field = %s AND e.num_value IS NOT NULL AND e.num_value + 0 {operator} %s"
        return part if len(names) > 1 else replace(part, ordered=(walk, [names[0], number]))
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
    )


def _equal(names: Sequence[str], text: str) -> Part:
    part = _having(names, "f.text_value = %s", text, rank=1)
    if len(names) > 1:
        return part
    ordered: Condition = ("e.field = %s AND e.text_value = %s", [names[0], text])
    name = "tag" if names[0] == TAG_FIELD else names[0]
    known = label(name, text)
    if (name != "tag" and name not in FACET_FIELDS) or not known.endswith(text):
        return replace(part, ordered=ordered)
    carried: Condition = ("%s = ANY(s.labels)", [known])
    return replace(part, test=carried, ordered=ordered, lexed=labelled([known]), label=(name, text))


def _containing(names: Sequence[str], text: str) -> Part:
    part = _having(names, "strpos(f.text_value, %s) > 0", text)
    query = field_query(names, text)
    if query is None:
        return part
    words = f"s.tsv @@ %s::tsquery AND {part.test[0]}"
    lexed = marked(query, field_words(names[0], text))
    return Part((f"({words})", [query, *part.test[1]]), lexed=lexed, left=part.test)


def _number(text: str) -> float | None:
    try:
        number = float(text)
    except ValueError:
        return None
    return number if math.isfinite(number) else None
