"""The query language as people write it, and as JSON.

    calibration "second batch" #rna-seq status:unclean quality_control_metrics.rin >= 7 AND NOT (user:bob OR user:eve)

Terms beside each other must all match. `AND`, `OR`, `NOT` (or `-`) are written large; `word*` matches beginnings.
"""

import re
from collections.abc import Mapping
from functools import cache
from typing import TYPE_CHECKING, Any, ClassVar, Final, cast

from mdjourney_contract.problems import BadRequest
from mdjourney_store.search.terms import EVERYTHING, All, Compare, Not, OneOf, Operator, Term, Text

if TYPE_CHECKING:
    from lark import Lark, Token, Tree

_GRAMMAR: Final = r"""
    ?start: any
    ?any: all ("OR" all)*            -> any
    ?all: negated ("AND"? negated)*  -> all
    ?negated: ("NOT" | "-") negated  -> negate
            | atom
    ?atom: "(" any ")"
         | compare
         | TAG                       -> tag
         | PHRASE                    -> phrase
         | WORD                      -> word
    compare: FIELD (PHRASE | VALUE)

    FIELD.3: /[^\W\d][\w.\-]*\s*(:|!=|>=|<=|=|>|<)\s*/
    TAG.2: /#[^\W\d_][\w.\-]{0,99}/
    PHRASE: /"[^"]*"/
    VALUE: /[^\s()"]+/
    WORD: /(?!(AND|OR|NOT)(?![^\s()]))[^\s()"#:=<>!\-][^\s()":=<>]*/
    %ignore /\s+/
"""
#: A word, a tag, or a field with a value, alone: what most people ask, read without the grammar.
_WORD: Final = re.compile(r"(?!(?:AND|OR|NOT)$)[^\W_]\w*(\*?)")
_TAG: Final = re.compile(r"#[^\W\d_][\w.\-]{0,99}")
_FIELD: Final = re.compile(r"([^\W\d][\w.\-]*)(:|!=|>=|<=|=|>|<)([^\s()\"]+)")
_LONGEST: Final = 2000
_MOST_TERMS: Final = 60
_OPERATORS: Final = ("!=", ">=", "<=", ":", "=", ">", "<")


class QueryError(BadRequest):
    """A query that cannot be read; `errors` carry `column` (1-based) and `message`."""

    title: ClassVar[str] = "The query cannot be read"


def parse(query: str) -> Term:
    """Read a query; an empty one matches everything.

    Raises:
        QueryError: naming the column.
    """
    from lark.exceptions import UnexpectedCharacters, UnexpectedEOF, UnexpectedToken

    if not query.strip():
        return EVERYTHING
    if len(query) > _LONGEST:
        raise _error(_LONGEST + 1, f"a query has at most {_LONGEST} characters")
    if "\0" in query:
        raise _error(query.index("\0") + 1, "a query holds no NUL")
    simple = _simple(query)
    if simple is not None:
        return simple
    try:
        tokens = sum(1 for _ in _parser().lex(query))
        if tokens > 3 * _MOST_TERMS:
            raise _error(len(query), f"a query has at most {_MOST_TERMS} terms")
        return _term(_parser().parse(query))
    except UnexpectedEOF as error:
        raise _error(len(query) + 1, "the query ends too early") from error
    except UnexpectedToken as error:
        at = len(query) + 1 if error.token.type == "$END" else error.pos_in_stream or 0
        column = at if error.token.type == "$END" else at + 1
        what = (
            "the query ends too early"
            if error.token.type == "$END"
            else f"{str(error.token)!r} cannot stand here"
        )
        raise _error(column, what) from error
    except UnexpectedCharacters as error:
        at = error.pos_in_stream or 0
        raise _error(at + 1, f"{query[at]!r} cannot stand here") from error


def _simple(query: str) -> Term | None:
    """What a query of one term means, the same as the grammar says; None for any other query."""
    if found := _WORD.fullmatch(query):
        return Text(query.rstrip("*"), prefix=bool(found[1]))
    if _TAG.fullmatch(query):
        return Compare("tag", "=", query)
    if (found := _FIELD.fullmatch(query)) and not found[3].startswith(_OPERATORS):
        return Compare(found[1], cast("Operator", found[2]), found[3])
    return None


def from_json(value: Any, depth: int = 0) -> Term:
    """Read a query given as JSON: `{"and": [...]}`, `{"or": [...]}`, `{"not": {...}}`, `{"text": "..."}`,
    `{"tag": "..."}` or `{"field": "...", "op": ">=", "value": ...}`.

    Raises:
        QueryError: anything else.
    """
    if not isinstance(value, Mapping) or depth > _MOST_TERMS:
        raise _error(1, "a query is an object with and, or, not, text, tag or field")
    match dict(value):
        case {"and": [*terms], **rest} if not rest and len(terms) <= _MOST_TERMS:
            return All(tuple(from_json(term, depth + 1) for term in terms))
        case {"or": [*terms], **rest} if not rest and terms and len(terms) <= _MOST_TERMS:
            return OneOf(tuple(from_json(term, depth + 1) for term in terms))
        case {"not": term, **rest} if not rest:
            return Not(from_json(term, depth + 1))
        case {"text": str(text), **rest} if not rest:
            return Text(_short(text))
        case {"tag": str(tag), **rest} if not rest:
            return Compare("tag", "=", _short(tag))
        case {
            "field": str(field),
            "op": str(operator),
            "value": str() | int() | float() as given,
            **rest,
        } if not rest and operator in _OPERATORS:
            return Compare(_short(field), cast("Operator", operator), _short(_plain(given)))
    raise _error(1, f"{list(value)} is no term of a query")


@cache
def _parser() -> "Lark":
    from lark import Lark

    return Lark(_GRAMMAR, parser="lalr", lexer="contextual")


def _term(node: "Tree[Token] | Token") -> Term:
    from lark import Token

    assert not isinstance(node, Token)
    children = node.children
    if node.data in {"any", "all"} and len(children) == 1:
        return _term(children[0])
    match node.data:
        case "any":
            return OneOf(tuple(_term(child) for child in children))
        case "all":
            return All(tuple(_term(child) for child in children))
        case "negate":
            return Not(_term(children[0]))
        case "compare":
            name, value = str(children[0]).strip(), str(children[1])
            operator = next(op for op in _OPERATORS if name.endswith(op))
            return Compare(name.removesuffix(operator).strip(), cast("Operator", operator), value.strip('"'))
        case "tag":
            return Compare("tag", "=", str(children[0]))
        case "phrase":
            return Text(str(children[0]).strip('"'))
    word = str(children[0])
    return Text(word.rstrip("*"), prefix=word.endswith("*"))


def _plain(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _short(text: str) -> str:
    if len(text) > _LONGEST or "\0" in text:
        raise _error(1, "a text of the query is too long or holds NUL")
    return text


def _error(column: int, message: str) -> QueryError:
    return QueryError(f"column {column}: {message}", errors=[{"column": column, "message": message}])
