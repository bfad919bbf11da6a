"""The web app's files: hashed assets for ever, `index.html` for every route without a dot."""

from pathlib import Path

import anyio.to_thread
from starlette.responses import FileResponse, Response
from starlette.types import Receive, Scope, Send

from mdjourney_contract.problems import NotFound

_MISSING = (
    b"<!doctype html><title>MDJourney</title><p>The web app was not built: run <code>make build</code>."
)


class Pages:
    """An ASGI application that serves one folder; nothing outside it can be named."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder.resolve()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer GET and HEAD."""
        if scope["method"] not in ("GET", "HEAD"):
            raise NotFound("no such page")
        response = await anyio.to_thread.run_sync(self._response, scope["path"])
        await response(scope, receive, send)

    def _response(self, path: str) -> Response:
        index = self._folder / "index.html"
        wanted = self._inside(path)
        if wanted is not None and wanted != index:
            forever = path.startswith("/assets/")
            cache = "public, max-age=31536000, immutable" if forever else "no-cache"
            return FileResponse(wanted, headers={"cache-control": cache})
        if "." in path.rsplit("/", 1)[-1] and path != "/index.html":
            raise NotFound("no such file")
        if not index.is_file():
            return Response(_MISSING, 503, media_type="text/html")
        return FileResponse(index, headers={"cache-control": "no-cache"})

    def _inside(self, path: str) -> Path | None:
        if "\0" in path or len(path) > 1000:
            return None
        found = (self._folder / path.lstrip("/")).resolve()
        return found if found.is_file() and self._folder in found.parents else None
