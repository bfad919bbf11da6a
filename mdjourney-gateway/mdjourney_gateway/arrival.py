"""What the door learned about a request before anything else sees it."""

from collections.abc import Awaitable, Callable, MutableMapping
from dataclasses import dataclass
from typing import Any

from mdjourney_contract.problems import NotSignedIn
from mdjourney_gateway.accounts import Caller

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
AsgiApp = Callable[[Scope, Receive, Send], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Arrival:
    """One request: its id, who is behind it (nobody on public routes) and where it came from."""

    request_id: str
    caller: Caller | None
    address: str
    #: Whether the browser spoke to this very machine: the cookie then needs no TLS.
    local: bool

    @property
    def person(self) -> Caller:
        """The caller.

        Raises:
            NotSignedIn: nobody is signed in.
        """
        if self.caller is None:
            raise NotSignedIn("sign in first")
        return self.caller
