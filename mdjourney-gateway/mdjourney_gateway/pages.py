"""The web app's files: hashed assets for ever, `index.html` for every address a person may have opened."""

import re
from pathlib import Path
from typing import Final

import anyio.to_thread
from starlette.responses import FileResponse, Response
from starlette.types import Receive, Scope, Send

from mdjourney_contract.problems import NotFound

_MISSING = (
    b"<!doctype html><title>MDJourney</title><p>The web app was not built: run <code>make build</code>."
)
_ASSETS: Final = "/assets/"
#: The absolute addresses in `index.html`; everything else the web app finds from where its scripts are.
_ABSOLUTE: Final = re.compile(rb'\b(href|src)="/(?!/)')


class Pages:
    """An ASGI application that serves one folder; nothing outside it can be named."""

    def __init__(self, folder: Path, prefix: str = "") -> None:
        self._folder = folder.resolve()
        self._prefix = prefix.encode("ascii")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer GET and HEAD."""
        if scope["method"] not in ("GET", "HEAD"):
            raise NotFound("no such page")
        response = await anyio.to_thread.run_sync(self._response, scope["path"], _opens_a_page(scope))
        await response(scope, receive, send)

    def _response(self, path: str, opens_a_page: bool) -> Response:
        index = self._folder / "index.html"
        wanted = self._inside(path)
        if wanted is not None and wanted != index:
            forever = path.startswith(_ASSETS)
            cache = "public, max-age=31536000, immutable" if forever else "no-cache"
            return FileResponse(wanted, headers={"cache-control": cache})
        if path.startswith(_ASSETS) or (_looks_like_a_file(path) and not opens_a_page):
            raise NotFound("no such file")
        return self._index(index)

    def _index(self, index: Path) -> Response:
        if not index.is_file():
            return Response(_MISSING, 503, media_type="text/html")
        if not self._prefix:
            return FileResponse(index, headers={"cache-control": "no-cache"})
        page = _ABSOLUTE.sub(rb'\1="' + self._prefix + b"/", index.read_bytes())
        return Response(page, media_type="text/html", headers={"cache-control": "no-cache"})

    def _inside(self, path: str) -> Path | None:
        if "\0" in path or len(path) > 1000:
            return None
        found = (self._folder / path.lstrip("/")).resolve()
        return found if found.is_file() and self._folder in found.parents else None


def _looks_like_a_file(path: str) -> bool:
    return "." in path.rsplit("/", 1)[-1] and path != "/index.html"


def _opens_a_page(scope: Scope) -> bool:
    """Whether somebody opens the address, rather than a page fetching a part of itself."""
    return any(name == b"accept" and b"text/html" in value.lower() for name, value in scope["headers"])
