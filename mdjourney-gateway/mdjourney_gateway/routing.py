"""Routers that are passed by quickly when a request is not for them."""

from fastapi import APIRouter
from starlette.routing import Match
from starlette.types import Scope


class PrefixRouter(APIRouter):
    """An `APIRouter` whose routes are compared with a path only where it begins with the router's prefix.

    An included router's routes are otherwise compared one by one with every request, those of the right one twice: a tenth
    of a millisecond for the eighty of this gateway.
    """

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        """As of any router; nothing where the prefix says so already."""
        if not scope["path"].startswith(self.prefix):
            return Match.NONE, {}
        return super().matches(scope)
