"""Turns a query into a condition on `search_document AS s`, every value bound."""

import math
from datetime import UTC, datetime
from typing import Final

from mdjourney_store.search.language import QueryError
from mdjourney_store.search.terms import All, Compare, Not, OneOf, Operator, Term, Text

Condition = tuple[str, list[object]]

_COLUMNS: Final = {
    "kind": "s.kind",
    "status": "s.status",
    "project": "s.project_id",
    "user": "s.user_id",
    "id": "s.entity_id",
}
_TIMES: Final = frozenset({"born", "at", "birth_timestamp"})
_SQL: Final[dict[Operator, str]] = {
    ":": "=",
    "=": "=",
    "!=": "<>",
    ">": ">",
    ">=": ">=",
    "<": "<",
    "<=": "<=",
}


def condition(term: Term) -> Condition:
    """The SQL and its values.

    Raises:
        QueryError: a value does not fit its field.
    """
    match term:
        case Text():
            return _text(term)
        case Compare():
            return _compare(term)
        case Not(inner):
            sql, values = condition(inner)
            return f"NOT COALESCE({sql}, FALSE)", values
        case All(terms):
            return _joined(" AND ", terms, "TRUE")
        case OneOf(terms):
            return _joined(" OR ", terms, "FALSE")


def _joined(word: str, terms: tuple[Term, ...], empty: str) -> Condition:
    parts = [condition(term) for term in terms]
    return f"({word.join(sql for sql, _ in parts) or empty})", [
        value for _, values in parts for value in values
    ]


def _text(term: Text) -> Condition:
    if term.prefix:
        quoted = "'" + term.text.replace("\\", "\\\\").replace("'", "''") + "':*"
        return ("s.tsv @@ to_tsquery('simple', %s)", [quoted]) if term.text else ("TRUE", [])
    return "s.tsv @@ phraseto_tsquery('simple', %s)", [term.text]


def _compare(term: Compare) -> Condition:
    operator = _SQL[term.operator]
    if term.field in _COLUMNS:
        if operator not in {"=", "<>"}:
            raise _wrong(term, "has no order")
        return f"{_COLUMNS[term.field]} {operator} %s", [_known(term)]
    if term.field == "tag":
        sql = "s.tags @> ARRAY[%s]"
        tag = term.value.removeprefix("#").casefold()
        return (sql if operator != "<>" else f"NOT {sql}"), [tag]
    if term.field in _TIMES:
        return _time(term, operator)
    if term.field in {"trial", "links"}:
        return _linked("trial", term.value)
    return _field(term, operator)


def _known(term: Compare) -> str:
    return term.value.casefold() if term.field in {"kind", "status"} else term.value


def _time(term: Compare, operator: str) -> Condition:
    try:
        moment = datetime.fromisoformat(term.value)
    except ValueError as error:
        raise _wrong(term, "is compared with a date such as 2026-11-22") from error
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    if operator == "=":
        return "s.at >= %s AND s.at < %s + interval '1 day'", [moment, moment]
    return f"s.at {operator} %s", [moment]


def _linked(kind: str, identifier: str) -> Condition:
    sql = (
        "(s.kind, s.entity_id) IN (SELECT 'trial', e.source_trial_id FROM graph_edges e"
        " WHERE e.target_entity_type = %s AND e.target_entity_id = %s"
        " UNION ALL SELECT 'project', e.source_project_id FROM project_edges e"
        " WHERE e.target_entity_type = %s AND e.target_entity_id = %s)"
    )
    return sql, [kind, identifier, kind, identifier]


def _field(term: Compare, operator: str) -> Condition:
    number, text = _number(term.value), term.value.casefold()
    if number is not None:
        test, values = f"f.num_value {operator} %s", list[object]([number])
        if operator == "=":
            test, values = "(f.num_value = %s OR f.text_value = %s)", [number, text]
    elif term.operator == ":":
        test, values = "strpos(f.text_value, %s) > 0", [text]
    else:
        test, values = f"f.text_value {operator} %s", [text]
    sql = (
        "(s.kind, s.entity_id) IN (SELECT f.kind, f.entity_id FROM entity_field f"  # noqa: S608 - own fragments
        f" WHERE f.field = %s AND {test})"
    )
    return sql, [term.field, *values]


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
