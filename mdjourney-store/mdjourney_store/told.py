"""What instruments and scripts say of a trial, checked before it is stored."""

import hashlib
import json
import uuid
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from psycopg.types.json import Jsonb

from mdjourney_contract.clock import now
from mdjourney_contract.problems import BadRequest, Invalid
from mdjourney_store.clean import clean

#: A clock may be ahead by this much before a moment is taken as now.
_TOLERANCE: Final = timedelta(minutes=5)
_LONGEST_LEASE: Final = 7 * 24 * 3600
_LONGEST_KEY: Final = 255
#: Far below what Python's own calls allow whoever walks through metadata afterwards.
_DEEPEST: Final = 100


def moment_of(moment: datetime | None, member: str) -> tuple[datetime, dict[str, Any]]:
    """When something happened (now where nobody says), and what an event tells of a clock that ran ahead.

    Raises:
        Invalid: without a zone, or before the year 1 in UTC.
    """
    present = now()
    if moment is None:
        return present, {}
    if moment.tzinfo is None:
        raise refused("A moment needs a time zone", member)
    if moment > present + _TOLERANCE:
        return present, {"clock_was_ahead": moment.isoformat()}
    try:
        return moment.astimezone(UTC), {}
    except OverflowError:  # PostgreSQL keeps it and nobody can read it any more
        raise refused("A moment lies in the year 1 or later, in UTC too", member) from None


def id_of(trial_id: str | None) -> str:
    """A trial's id: the given one, or a new UUID.

    Raises:
        Invalid: empty, above 255 characters, or such that no URL could name it.
    """
    if trial_id is None:
        return str(uuid.uuid4())
    usable = trial_id.strip() and len(trial_id) <= 255 and trial_id.isprintable()
    if not usable or "/" in trial_id or trial_id in (".", ".."):  # a URL that names it would mean another
        raise refused(
            "A trial id has 1 to 255 characters that can be printed, none of them a slash", "trial_id"
        )
    return trial_id


def key_of(key: str | None) -> str | None:
    """An idempotency key; an empty one is none.

    Raises:
        BadRequest: above 255 characters, or one that cannot be stored.
    """
    if key is not None and (len(key) > _LONGEST_KEY or "\0" in key):
        raise BadRequest(f"An idempotency key has {_LONGEST_KEY} characters at most")
    return key or None


def metadata_of(metadata: Mapping[str, Any] | None) -> Jsonb | None:
    """Metadata as they are stored: see `clean`.

    Raises:
        Invalid: nested more than 100 deep.
    """
    if metadata is None:
        return None
    if _is_deeper(metadata, _DEEPEST):
        raise refused(f"Metadata may be nested {_DEEPEST} deep", "metadata")
    return Jsonb(clean(dict(metadata)))


def _is_deeper(content: Any, most: int) -> bool:
    level = [content]
    for _ in range(most + 1):
        level = [
            child
            for each in level
            if isinstance(each, dict | list)
            for child in (each.values() if isinstance(each, dict) else each)
        ]
        if not level:
            return False
    return True


def refused(message: str, member: str) -> Invalid:
    """A problem with one member of a request's body."""
    return Invalid(message, errors=[{"pointer": f"/{member}", "message": message}])


def digest_of(values: list[Any]) -> str:
    """SHA-256 of a request, by which it is known when it comes again."""
    return hashlib.sha256(json.dumps(values, default=str, sort_keys=True).encode()).hexdigest()


def lease_of(seconds: float | None) -> timedelta | None:
    """How long a trial may be silent; None: for ever.

    Raises:
        BadRequest: below a second or above a week.
    """
    if seconds is not None and not 1 <= seconds <= _LONGEST_LEASE:
        raise BadRequest(f"lease_seconds must lie between 1 and {_LONGEST_LEASE}")
    return None if seconds is None else timedelta(seconds=seconds)
