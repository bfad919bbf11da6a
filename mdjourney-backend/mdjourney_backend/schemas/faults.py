"""What is wrong with a document and what it still lacks, in words a person understands."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Literal, NotRequired, TypedDict

Content = dict[str, Any]


class Fault(TypedDict):
    """One thing to mend.

    `pointer` is an RFC 6901 JSON pointer into the document (the missing member itself where something is absent),
    `title` the field's title, `message` a whole sentence. `keyword` is the schema keyword that failed; `value` the
    offending value, shortened, where it is a plain one.
    """

    pointer: str
    title: str
    message: str
    keyword: NotRequired[str]
    value: NotRequired[Any]


@dataclass(frozen=True, slots=True)
class Schema:
    """A schema as it is used: flattened, every reference local (`#/$defs/...`).

    `source` says which layer won, `reason` why; `problem` is set when a local override was found and refused, and the
    packaged schema serves meanwhile. `id` and `version` are what documents carry as `$schema` and `schema_version`.
    """

    name: str
    source: Literal["local", "packaged"]
    version: str
    id: str
    body: Content
    problem: str | None = None
    reason: str = ""

    @property
    def title(self) -> str:
        """What people call it."""
        return str(self.body.get("title") or self.name)

    @property
    def kind(self) -> Literal["document", "template"]:
        """`template` for `contextual/...`."""
        return "template" if self.name.startswith("contextual/") else "document"


@dataclass(frozen=True, slots=True)
class Assessment:
    """What a schema says about one document: `valid` = no errors, `complete` = valid and nothing missing."""

    valid: bool
    complete: bool
    errors: list[Fault]
    missing: list[Fault]
    schema: Schema


def pointer(parts: Iterable[str | int]) -> str:
    """The RFC 6901 JSON pointer of a path; the whole document is the empty string."""
    return "".join("/" + str(part).replace("~", "~0").replace("/", "~1") for part in parts)


def split(json_pointer: str) -> list[str]:
    """The unescaped tokens of a JSON pointer."""
    return [part.replace("~1", "/").replace("~0", "~") for part in json_pointer.split("/")[1:]]


def shown(value: Any, limit: int = 80) -> Any:
    """A value fit for an error body: plain ones as they are, text shortened, the rest by kind."""
    if isinstance(value, str):
        return value if len(value) <= limit else value[: limit - 1] + "…"
    if value is None or isinstance(value, bool | int | float):
        return value
    return kind_of(value)


def kind_of(value: Any) -> str:
    """`text`, `a whole number`, `a list`, ... as a person would say."""
    if value is None:
        return "empty (null)"
    if isinstance(value, bool):
        return "true or false"
    if isinstance(value, int):
        return "a whole number"
    if isinstance(value, float):
        return "a number"
    if isinstance(value, str):
        return "text"
    return "a list" if isinstance(value, list) else "a group of fields"
