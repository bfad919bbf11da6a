"""The id of the request on whose behalf something is done: one variable for gateway, backend and store."""

from contextvars import ContextVar
from typing import Final

#: Empty where no request stands behind the work; a worker thread has it when it runs in a copy of the context.
request_id: Final[ContextVar[str]] = ContextVar("mdjourney_request_id", default="")
