"""Carries `/api/v1/**` to the caller's backend and back."""

from mdjourney_gateway.proxy.app import Proxy
from mdjourney_gateway.proxy.target import Target
from mdjourney_gateway.proxy.transport import BackendTransport

__all__ = ["BackendTransport", "Proxy", "Target"]
