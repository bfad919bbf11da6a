"""Light checkers for the formats the schemas assert; no library is loaded before a licence is looked at."""

import datetime as dt
import ipaddress
import re
from collections.abc import Callable
from functools import lru_cache
from typing import Any

Check = Callable[[str], bool]

_DATE = re.compile(r"\d{4}-\d{2}-\d{2}\Z", re.ASCII)
_TIME = re.compile(
    r"([01]\d|2[0-3]):[0-5]\d:([0-5]\d|60)(\.\d+)?(Z|z|[+-]([01]\d|2[0-3]):[0-5]\d)\Z", re.ASCII
)
_DURATION = re.compile(
    r"P(?!\Z)(\d+W|(\d+Y)?(\d+M)?(\d+D)?(T(?=\d)(\d+H)?(\d+M)?(\d+(\.\d+)?S)?)?)\Z", re.ASCII
)
_UUID = re.compile(
    r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\Z", re.ASCII | re.IGNORECASE
)
_EMAIL = re.compile(
    r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*"
    r"@[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?(\.[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?)*\Z"
)
_URI_CHARS = re.compile(r"(?:[A-Za-z0-9._~:/?#\[\]@!$&'()*+,;=-]|%[0-9A-Fa-f]{2})*\Z")
_IRI_CHARS = re.compile(r"[^\s<>\"{}|\\^`\x00-\x1f]*\Z")
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:.")
_HOSTNAME = re.compile(
    r"(?=.{1,253}\Z)[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?(\.[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?)*\Z"
)
_POINTER = re.compile(r"(/([^~/]|~[01])*)*\Z")
_ORCID = re.compile(r"(?:https?://orcid\.org/)?(\d{4})-(\d{4})-(\d{4})-(\d{3}[\dX])\Z", re.ASCII)
_ROR = re.compile(r"(?:https://ror\.org/)?(0[a-hj-km-np-tv-z0-9]{6}[0-9]{2})\Z", re.ASCII)
_CROCKFORD = "0123456789abcdefghjkmnpqrstvwxyz"
_LICENSE_REF = re.compile(r"(?:DocumentRef-[A-Za-z0-9.-]+:)?LicenseRef-[A-Za-z0-9.-]+")


def is_date(text: str) -> bool:
    """`2026-11-01`, a day that exists."""
    if not _DATE.match(text):
        return False
    try:
        dt.date.fromisoformat(text)
    except ValueError:
        return False
    return True


def is_time(text: str) -> bool:
    """`10:00:00Z`: with a zone."""
    return bool(_TIME.match(text))


def is_date_time(text: str) -> bool:
    """RFC 3339, with a zone: `2026-11-01T10:00:00Z`, `2026-11-01T10:00:00.5+01:00`."""
    return len(text) > 11 and text[10] in "Tt" and is_date(text[:10]) and is_time(text[11:])


def is_duration(text: str) -> bool:
    """ISO 8601: `P10Y`, `P1Y6M`, `PT30M`, `P2W`."""
    return bool(_DURATION.match(text))


def is_date_or_interval(text: str) -> bool:
    """A day or moment, or two with a slash between, the earlier first: `2026-11-01/2026-11-03`."""
    start, slash, end = text.partition("/")
    if not all(is_date(part) or is_date_time(part) for part in ([start, end] if slash else [start])):
        return False
    return not slash or start[:10] <= end[:10]


def is_uuid(text: str) -> bool:
    """Five groups of hexadecimal digits."""
    return bool(_UUID.match(text))


def is_email(text: str) -> bool:
    """An address without comments or quoting."""
    return len(text) <= 254 and bool(_EMAIL.match(text))


def is_uri(text: str) -> bool:
    """Absolute: begins with a scheme; other characters percent-encoded."""
    return bool(_SCHEME.match(text)) and bool(_URI_CHARS.match(text))


def orcid_iri(text: str) -> str | None:
    """`https://orcid.org/0000-0002-1825-0097` for an iD with the right check digit (ISO 7064 mod 11-2), else None."""
    match = _ORCID.match(text)
    if not match:
        return None
    digits = "".join(match.groups())
    total = 0
    for digit in digits[:-1]:
        total = (total + int(digit)) * 2
    check = (12 - total % 11) % 11
    right = digits[-1] == ("X" if check == 10 else str(check))
    return f"https://orcid.org/{'-'.join(match.groups())}" if right else None


def ror_iri(text: str) -> str | None:
    """`https://ror.org/05dxps055` for an id with the right check digits (ISO 7064 mod 97-10), else None."""
    match = _ROR.match(text)
    if not match:
        return None
    number = 0
    for char in match[1][:7]:
        number = number * 32 + _CROCKFORD.index(char)
    right = 98 - (number * 100) % 97 == int(match[1][7:])
    return f"https://ror.org/{match[1]}" if right else None


@lru_cache(maxsize=1)
def _licensing() -> Any:
    """The SPDX list with its parser: 30 ms, so only when a licence is looked at."""
    from license_expression import get_spdx_licensing

    return get_spdx_licensing()


@lru_cache(maxsize=512)
def is_spdx(text: str) -> bool:
    """A licence of the SPDX list, `LicenseRef-<name>`, or an expression of such (`MIT OR Apache-2.0`)."""
    if not text.strip() or text != text.strip() or len(text) > 500:
        return False
    from license_expression import ExpressionError

    known = _LICENSE_REF.sub("CC0-1.0", text)
    try:
        parsed = _licensing().parse(known, validate=True, strict=True)
    except ExpressionError:
        return False
    return parsed is not None and str(parsed).replace("(", "").replace(")", "") == known.replace(
        "(", ""
    ).replace(")", "")


def _address(kind: Callable[[str], object]) -> Check:
    def check(text: str) -> bool:
        try:
            kind(text)
        except ValueError:
            return False
        return True

    return check


def is_regex(text: str) -> bool:
    """A pattern that re2 can run in linear time."""
    import re2

    try:
        re2.compile(text)
    except re2.error:
        return False
    return True


#: Every format that is asserted; any other is an annotation, as JSON Schema has it.
CHECKS: dict[str, Check] = {
    "date": is_date,
    "time": is_time,
    "date-time": is_date_time,
    "duration": is_duration,
    "date-or-interval": is_date_or_interval,
    "uuid": is_uuid,
    "email": is_email,
    "idn-email": lambda text: "@" in text[1:-1] and not re.search(r"\s", text),
    "uri": is_uri,
    "uri-reference": lambda text: bool(_URI_CHARS.match(text)),
    "iri": lambda text: bool(_SCHEME.match(text)) and bool(_IRI_CHARS.match(text)),
    "iri-reference": lambda text: bool(_IRI_CHARS.match(text)),
    "hostname": lambda text: bool(_HOSTNAME.match(text)),
    "ipv4": _address(ipaddress.IPv4Address),
    "ipv6": _address(ipaddress.IPv6Address),
    "json-pointer": lambda text: bool(_POINTER.match(text)),
    "regex": is_regex,
    "orcid": lambda text: orcid_iri(text) is not None,
    "ror": lambda text: ror_iri(text) is not None,
    "spdx": is_spdx,
}

#: How a person is told what the format wants.
WORDS: dict[str, str] = {
    "date": "a day that exists, written like 2026-11-01",
    "time": "a time with its zone, like 10:00:00Z",
    "date-time": "a moment with its time zone, like 2026-11-01T10:00:00Z",
    "duration": "an ISO 8601 duration, like P10Y for ten years",
    "date-or-interval": "a day like 2026-11-01, or two with a slash between like 2026-11-01/2026-11-03",
    "uuid": "a UUID, like 7f3c1c1e-6f0e-4e7b-9a51-0c8f4b8f2f10",
    "email": "an e-mail address, like ada@example.org",
    "idn-email": "an e-mail address, like ada@example.org",
    "uri": "a full web address or other URI, like https://example.org/protocol",
    "orcid": "an ORCID iD whose check digit is right, like https://orcid.org/0000-0002-1825-0097",
    "ror": "a ROR id whose check digits are right, like https://ror.org/05dxps055",
    "spdx": "a licence of the SPDX list, like CC-BY-4.0, or LicenseRef- and a name of your own",
    "regex": "a pattern that runs in linear time (no look-around, no back-references)",
}
