"""How requests are refused, by status: what the OpenAPI says of each refusal, and which routes may give which."""

from collections.abc import Iterable
from typing import Any, Final

from mdjourney_contract.problems import (
    PROBLEM_TYPE,
    BadRequest,
    Conflict,
    Invalid,
    MDJourneyError,
    NotAllowed,
    NotFound,
    NotSignedIn,
    OutOfTime,
    TooLarge,
    TooMany,
    Unavailable,
)

_PROBLEM: Final = "#/components/schemas/Problem"
_REQUEST: Final = "5f0c1d1e8a4b4c3d9e2f7a6b5c4d3e2f"
_SECONDS: Final = {"description": "Seconds to wait before it is asked again.", "schema": {"type": "integer"}}
_UNSAFE: Final = ("post", "put", "patch", "delete")
#: When it happens, and one that happened.
_TOLD: Final[dict[str, tuple[str, MDJourneyError]]] = {
    "BadRequest": (
        "The request cannot be read: its host, a header, a cursor, or a body that is not what it says it is.",
        BadRequest("the body is not JSON: unexpected character: line 1 column 2 (char 1)"),
    ),
    "BadQuery": (
        "The request cannot be read; of a query `errors` tell `column` (1-based), of one as JSON `pointer`.",
        BadRequest(
            "born has to be compared with a day or moment",
            errors=[{"message": "born has to be compared with a day or moment", "column": 6}],
        ),
    ),
    "NotSignedIn": ("No sign-in or API token that holds.", NotSignedIn("sign in first")),
    "NotAllowed": (
        "The role or the token's scope does not give that, or a page that is not ours asks: no CSRF token, a foreign Origin.",
        NotAllowed("only an admin may do that"),
    ),
    "NotFound": ("There is none, or not for this person.", NotFound("no config 'Lab'")),
    "Conflict": (
        "It does not go together with what is there; some conflicts tell more, with a `code`.",
        Conflict("'ada' is the last admin: make somebody else admin first"),
    ),
    "TooLarge": ("The body is larger than is taken.", TooLarge("the body may have 10485760 bytes at most")),
    "Invalid": (
        "A value cannot be used; `errors` name each with `pointer`, in a YAML config with `line`, `column` and `key`.",
        Invalid(
            "/limit: Input should be less than or equal to 500",
            errors=[{"pointer": "/query/limit", "message": "Input should be less than or equal to 500"}],
        ),
    ),
    "TooMany": (
        "Too often, or too many at once.",
        TooMany("too many failed sign-ins from here", retry_after=8),
    ),
    "Unavailable": (
        "What keeps the answer is away for now; everything else goes on.",
        Unavailable("the metadata store is being started", retry_after=3),
    ),
    "OutOfTime": (
        "The metadata store took too long.",
        OutOfTime("the metadata store did not answer in time"),
    ),
}
_NAMES: Final = {error.status: name for name, (_, error) in _TOLD.items() if name != "BadQuery"}


def also(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """`responses` of a route that may refuse with these, besides what follows from what it takes."""
    return {status: {"description": _TOLD[_NAMES[status]][0]} for status in statuses}


def components() -> dict[str, Any]:
    """Every refusal, for the document's `components.responses`."""
    return {name: _response(*told) for name, told in _TOLD.items()}


def refusals(method: str, path: str, operation: dict[str, Any], *, public: bool) -> dict[str, Any]:
    """`{status: response}` of one operation, as references to `components`."""
    asks = any(each["name"] == "q" for each in operation.get("parameters", ())) or path.endswith("/search")
    named = {str(status): _NAMES[status] for status in _statuses(method, path, operation, public=public)}
    named |= {s: _NAMES[int(s)] for s, told in operation["responses"].items() if _is_bare(s, told)}
    if asks:
        named["400"] = "BadQuery"
    return {status: {"$ref": f"#/components/responses/{named[status]}"} for status in sorted(named)}


def _statuses(method: str, path: str, operation: dict[str, Any], *, public: bool) -> Iterable[int]:
    """What follows from where a route lies and what it takes."""
    yield BadRequest.status
    if not public:
        yield NotSignedIn.status
    if not public or method in _UNSAFE:
        yield NotAllowed.status
    if "{" in path:
        yield NotFound.status
    if "requestBody" in operation:
        yield TooLarge.status
    if "requestBody" in operation or operation.get("parameters"):
        yield Invalid.status
    if path.startswith("/api/"):
        yield Unavailable.status
    if path.startswith("/api/catalog/"):
        yield OutOfTime.status


def _is_bare(status: str, told: dict[str, Any]) -> bool:
    return status.isdigit() and int(status) in _NAMES and "content" not in told


def _response(when: str, error: MDJourneyError) -> dict[str, Any]:
    told: dict[str, Any] = {
        "description": when,
        "content": {PROBLEM_TYPE: {"schema": {"$ref": _PROBLEM}, "example": error.body(_REQUEST)}},
    }
    if isinstance(error, TooMany | Unavailable):
        after = error.extra["retry_after"]
        told["headers"] = {"Retry-After": {**_SECONDS, "example": after}}
    return told
