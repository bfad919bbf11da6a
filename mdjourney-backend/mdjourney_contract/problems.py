"""The root of MDJourney's errors and the RFC 9457 body they become at the HTTP edge."""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

PROBLEM_TYPE = "application/problem+json"


class MDJourneyError(Exception):
    """Any error a person is told about.

    Args:
        detail: one sentence that names the field, line or path and says what to do.
        errors: one mapping per fault, each with at least `message`; `pointer` (JSON pointer), `line`, `key`,
            `value` where known.
        extra: further members of the problem body (`missing`, `retry_after`, ...).
    """

    status: ClassVar[int] = 500
    title: ClassVar[str] = "Something went wrong"

    def __init__(self, detail: str, *, errors: Sequence[Mapping[str, Any]] = (), **extra: Any) -> None:
        super().__init__(detail)
        self.detail = detail
        self.errors = [dict(e) for e in errors]
        self.extra = extra

    def headers(self) -> dict[str, str]:
        """Response headers this error asks for."""
        after = self.extra.get("retry_after")
        return {} if after is None else {"Retry-After": str(after)}

    def body(self, request_id: str | None = None) -> dict[str, Any]:
        """The `application/problem+json` members."""
        body: dict[str, Any] = {
            "type": "about:blank",
            "title": self.title,
            "status": self.status,
            "detail": self.detail,
            "errors": self.errors,
            **self.extra,
        }
        if request_id is not None:
            body["instance"] = request_id
        return body


class BadRequest(MDJourneyError):
    status, title = 400, "The request cannot be read"


class NotSignedIn(MDJourneyError):
    status, title = 401, "Sign in first"


class NotAllowed(MDJourneyError):
    status, title = 403, "Not allowed"


class NotFound(MDJourneyError):
    status, title = 404, "Not found"


class Conflict(MDJourneyError):
    status, title = 409, "In conflict with what is there"


class Stale(MDJourneyError):
    status, title = 412, "Changed by somebody else meanwhile"


class TooLarge(MDJourneyError):
    status, title = 413, "Too large"


class Invalid(MDJourneyError):
    """The content breaks its schema or its model; `errors` holds every fault."""

    status, title = 422, "Not valid"


class PreconditionRequired(MDJourneyError):
    status, title = 428, "If-Match is needed"


class TooMany(MDJourneyError):
    status, title = 429, "Too many requests"


class Unavailable(MDJourneyError):
    status, title = 503, "Not available right now"


class OutOfTime(MDJourneyError):
    status, title = 504, "No answer in time"


class DiskFull(MDJourneyError):
    status, title = 507, "The disk is full"
