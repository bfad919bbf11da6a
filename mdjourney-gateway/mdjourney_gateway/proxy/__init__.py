"""Carries `/api/v1/**` to the caller's backend and back; `proxy.transport` offers the same connection to httpx."""

from mdjourney_gateway.proxy.app import Proxy
from mdjourney_gateway.proxy.target import Target

__all__ = ["Proxy", "Target"]
