"""Which headers pass between client and backend, and which never do."""

import re
from collections.abc import Iterable
from functools import lru_cache

#: Mean the connection, not the message (RFC 9110 §7.6.1), or identify somebody to the gateway alone.
_NEVER_IN = frozenset(
    b"connection keep-alive proxy-connection proxy-authenticate proxy-authorization te trailer upgrade http2-settings "
    b"transfer-encoding content-length host expect cookie authorization forwarded x-csrf-token x-request-id "
    b"x-real-ip true-client-ip via".split()
)
_NEVER_IN_PREFIXES = (b"x-forwarded", b"x-remote", b"x-mdj-", b"remote-", b"proxy-", b"sec-websocket-")
_NEVER_OUT = frozenset(
    b"connection keep-alive proxy-connection proxy-authenticate te trailer upgrade transfer-encoding set-cookie "
    b"set-cookie2 server date x-powered-by via alt-svc strict-transport-security "
    b"access-control-allow-origin access-control-allow-credentials content-security-policy x-request-id "
    b"x-content-type-options x-frame-options referrer-policy".split()
)
_TOKENS = re.compile(rb"[^,\s]+")

Pairs = Iterable[tuple[bytes, bytes]]


def passed_in(headers: Pairs) -> list[tuple[bytes, bytes]]:
    """What a backend sees of a request's headers (names in lower case); framing is added by whoever writes it."""
    headers = list(headers)
    kept = [pair for pair in headers if _may_pass_in(pair[0])]
    listed = _listed(headers)
    return [pair for pair in kept if pair[0] not in listed] if listed else kept


@lru_cache(maxsize=512)
def _may_pass_in(name: bytes) -> bool:
    return name not in _NEVER_IN and b"_" not in name and not name.startswith(_NEVER_IN_PREFIXES)


def passed_out(status: int, headers: Pairs, prefix: bytes = b"") -> list[tuple[bytes, bytes]]:
    """What a client sees of an answer's headers; `prefix` is where a reverse proxy shows the gateway.

    A backend may send people on within its own part only: any other `Location` would tell where it listens.
    """
    headers = list(headers)
    listed = _listed(headers)
    bodiless = status in (204, 304)
    return [
        (name, prefix + value if name == b"location" else value)
        for name, value in headers
        if name not in _NEVER_OUT
        and name not in listed
        and not name.startswith(b"x-mdj-")
        and (name != b"location" or value.startswith(b"/api/v1/"))
        and not (bodiless and name == b"content-length")
    ]


def _listed(headers: Pairs) -> set[bytes]:
    found: set[bytes] = set()
    for name, value in headers:
        if name == b"connection":
            found.update(_TOKENS.findall(value.lower()))
    return found
