"""Sessions: one person and one config, with a backend that is started, watched, restarted and ended."""

from mdjourney_gateway.sessions.register import Sessions
from mdjourney_gateway.sessions.session import Session
from mdjourney_gateway.sessions.view import View

__all__ = ["Session", "Sessions", "View"]
