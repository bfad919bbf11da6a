"""What a request must show to be let in: its host, its origin, its CSRF token; where its cookie stands."""

import hmac
import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from http.cookies import CookieError, SimpleCookie
from typing import Final

from mdjourney_contract.problems import BadRequest, NotAllowed
from mdjourney_gateway.accounts import Caller

SAFE: Final = frozenset(("GET", "HEAD", "OPTIONS"))
_HOST = re.compile(r"(\[[0-9a-f:.]+\]|[a-z0-9_-]+(?:\.[a-z0-9_-]+)*)\.?(?::[0-9]{1,5})?")
_ONCE = frozenset((b"host", b"authorization", b"origin", b"sec-fetch-site", b"x-csrf-token"))


@dataclass(frozen=True, slots=True)
class CookiePlace:
    """How the sign-in's cookie is called and where it holds, on this machine and elsewhere."""

    #: Where the app lies below its host: nothing, or `/lab`.
    prefix: str = ""

    @property
    def path(self) -> str:
        """Which addresses the cookie is sent to."""
        return self.prefix or "/"

    def name(self, *, local: bool) -> str:
        """`__Host-` says more, but only of a cookie for a whole host."""
        if local:
            return "mdj"
        return "__Secure-mdj" if self.prefix else "__Host-mdj"


class Headers:
    """The headers of one scope that the door looks at; one that may stand once and stands twice is refused."""

    __slots__ = ("_cookies", "_once")

    def __init__(self, raw: Iterable[tuple[bytes, bytes]]) -> None:
        once: dict[bytes, str] = {}
        self._cookies: list[str] = []
        for name, value in raw:
            if name in _ONCE:
                if name in once:
                    raise BadRequest(f"several {name.decode()} headers")
                once[name] = value.decode("latin-1")
            elif name == b"cookie":
                self._cookies.append(value.decode("latin-1"))
        self._once = once

    def one(self, wanted: bytes) -> str | None:
        """The value of a header, if it is there."""
        return self._once.get(wanted)

    def cookie(self, name: str) -> str | None:
        """The value of a cookie, if it is there."""
        for line in self._cookies:
            found = _cookie_in(line, name)
            if found is not None:
                return found
        return None

    def host(self) -> str:
        """The Host header in lower case.

        Raises:
            BadRequest: there is none.
        """
        host = self.one(b"host")
        if not host:
            raise BadRequest("the request has no Host header")
        return host.lower()


def without_port(host: str) -> str:
    """The name alone, of a Host header in lower case.

    Raises:
        BadRequest: it is no name or address with at most a port behind it.
    """
    found = _HOST.fullmatch(host)
    if found is None:
        raise BadRequest(f"{host[:100]!r} is no host")
    return found[1]


def refuse_foreign(headers: Headers, host: str, method: str) -> None:
    """A browser names the page that asks; a script names none and needs a token or the CSRF token instead.

    Raises:
        NotAllowed: the page is not ours.
    """
    origin = headers.one(b"origin")
    if origin is None:
        if method == "WEBSOCKET":
            raise NotAllowed("the request has no Origin")
        if (headers.one(b"sec-fetch-site") or "same-origin") not in ("same-origin", "none"):
            raise NotAllowed("the request comes from another site")
        return
    scheme, separator, place = origin.lower().partition("://")
    if not separator or scheme not in ("http", "https") or place != host:
        raise NotAllowed("the request comes from another origin")


def check_csrf(caller: Caller, headers: Headers, method: str) -> None:
    """Whether a caller may change something with this request.

    Raises:
        NotAllowed: a token that only reads, or a browser without the CSRF token of its sign-in.
    """
    if not caller.may_write and method != "WEBSOCKET":
        raise NotAllowed("this token may only read")
    if caller.csrf_token is None or method == "WEBSOCKET":
        return
    given = headers.one(b"x-csrf-token") or ""
    if not hmac.compare_digest(given.encode("latin-1"), caller.csrf_token.encode()):
        raise NotAllowed("the X-CSRF-Token header is missing or wrong")


@lru_cache(maxsize=1024)
def _cookie_in(line: str, name: str) -> str | None:
    """One cookie of a header; browsers send the same header again and again."""
    if name not in line:
        return None
    try:
        found = SimpleCookie(line).get(name)
    except CookieError:
        return None
    return None if found is None else found.value
