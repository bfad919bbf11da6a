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
#: Words of a text, brackets and operators included, and objects of a query in JSON: what stands between terms, too.
_MOST_PARTS: Final = 300
_DEEPEST: Final = 60
_LEAVES: Final = frozenset({"compare", "tag", "phrase", "word"})
_OPERATORS: Final = ("!=", ">=", "<=", ":", "=", ">", "<")


class QueryError(BadRequest):
    """A query that cannot be read, or not be asked; `errors` carry `message` and `column` (1-based), or `pointer` where the
    query was given as JSON."""

    title: ClassVar[str] = "The query cannot be read"


def wrong(term: Compare, message: str) -> QueryError:
    """What is wrong with a comparison, pointing at where it is written."""
    return _error(term.at, f"{term.field} {message}", key=term.field, value=term.value)


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
        for number, token in enumerate(_parser().lex(query)):
            if number == _MOST_PARTS:
                raise _error((token.start_pos or 0) + 1, f"a query has at most {_MOST_PARTS} parts")
        tree = _parser().parse(query)
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
    starts = sorted(_start(node) for node in tree.iter_subtrees() if node.data in _LEAVES)
    if len(starts) > _MOST_TERMS:
        raise _error(starts[_MOST_TERMS] + 1, f"a query has at most {_MOST_TERMS} terms")
    return _term(tree)


def _simple(query: str) -> Term | None:
    """What a query of one term means, the same as the grammar says; None for any other query."""
    if found := _WORD.fullmatch(query):
        return Text(query.rstrip("*"), prefix=bool(found[1]))
    if _TAG.fullmatch(query):
        return Compare("tag", "=", query, at=1)
    if (found := _FIELD.fullmatch(query)) and not found[3].startswith(_OPERATORS):
        return Compare(found[1], cast("Operator", found[2]), found[3], at=1)
    return None


def from_json(value: Any, pointer: str = "") -> Term:
    """Read a query given as JSON: `{"and": [...]}`, `{"or": [...]}`, `{"not": {...}}`, `{"text": "..."}`,
    `{"tag": "..."}` or `{"field": "...", "op": ">=", "value": ...}`. `pointer` is where it lies in what was sent.

    Raises:
        QueryError: anything else, naming where.
    """
    return _Json().term(value, pointer, 0)


class _Json:
    """Reads one query; what it has at most is counted over all of it."""

    def __init__(self) -> None:
        self._terms = self._parts = 0

    def term(self, value: Any, at: str, depth: int) -> Term:
        if not isinstance(value, Mapping):
            raise _error(at, "a query is an object with and, or, not, text, tag or field")
        self._count(at, depth)
        match dict(value):
            case {"and": [*terms], **rest} if not rest:
                return All(self._each(terms, f"{at}/and", depth))
            case {"or": [*terms], **rest} if not rest and terms:
                return OneOf(self._each(terms, f"{at}/or", depth))
            case {"not": inner, **rest} if not rest:
                return Not(self.term(inner, f"{at}/not", depth + 1))
            case {"text": str(text), **rest} if not rest:
                return Text(self._leaf(at, text))
            case {"tag": str(tag), **rest} if not rest:
                return Compare("tag", "=", self._leaf(at, tag), at)
            case {
                "field": str(field),
                "op": str(operator),
                "value": str() | int() | float() as given,
                **rest,
            } if not rest and operator in _OPERATORS:
                name = self._leaf(at, field)
                return Compare(name, cast("Operator", operator), _short(at, _plain(given)), at)
        raise _error(at, f"{str(list(value))[:200]} is no term of a query")

    def _each(self, terms: list[Any], at: str, depth: int) -> tuple[Term, ...]:
        return tuple(self.term(term, f"{at}/{place}", depth + 1) for place, term in enumerate(terms))

    def _count(self, at: str, depth: int) -> None:
        self._parts += 1
        if self._parts > _MOST_PARTS or depth > _DEEPEST:
            raise _error(at, f"a query has at most {_MOST_PARTS} objects, {_DEEPEST} in each other")

    def _leaf(self, at: str, text: str) -> str:
        self._terms += 1
        if self._terms > _MOST_TERMS:
            raise _error(at, f"a query has at most {_MOST_TERMS} terms")
        return _short(at, text)


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
            field = name.removesuffix(operator).strip()
            return Compare(field, cast("Operator", operator), value.strip('"'), _start(node) + 1)
        case "tag":
            return Compare("tag", "=", str(children[0]), _start(node) + 1)
        case "phrase":
            return Text(str(children[0]).strip('"'))
    word = str(children[0])
    return Text(word.rstrip("*"), prefix=word.endswith("*"))


def _plain(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _short(at: str, text: str) -> str:
    if len(text) > _LONGEST or "\0" in text:
        raise _error(at, f"a text of the query has more than {_LONGEST} characters, or holds NUL")
    return text


def _start(node: "Tree[Token]") -> int:
    """Where in the text the first word of a term begins, from 0."""
    from lark import Token

    (first, *_) = node.children
    return (first.start_pos or 0) if isinstance(first, Token) else 0


def _error(at: int | str | None, message: str, **about: str) -> QueryError:
    if at is None:
        return QueryError(message, errors=[{**about, "message": message}])
    if isinstance(at, str):
        return QueryError(f"{at or '/'}: {message}", errors=[{**about, "pointer": at, "message": message}])
    return QueryError(f"column {at}: {message}", errors=[{**about, "column": at, "message": message}])
