"""Fills a rocrate-validator HTTP cache with the contexts beside this file; run by the validator's own Python, offline."""

import io
import sys
from pathlib import Path

from requests import PreparedRequest, Response
from requests.adapters import HTTPAdapter
from requests_cache import CachedSession
from urllib3 import HTTPResponse

CONTEXTS = Path(__file__).parent / "contexts"
ADDRESSES = {
    f"https://w3id.org/ro/crate/{v}/context": CONTEXTS / f"ro-crate-{v}.json" for v in ("1.1", "1.2")
}


class Local(HTTPAdapter):
    """Answers known addresses from disk and refuses all others."""

    def send(self, request: PreparedRequest, **_: object) -> Response:
        body = io.BytesIO(ADDRESSES[str(request.url)].read_bytes())
        raw = HTTPResponse(
            body,
            {"Content-Type": "application/ld+json"},
            status=200,
            preload_content=False,
            request_method="GET",
            request_url=str(request.url),
        )
        return self.build_response(request, raw)


def main(cache: str) -> None:
    session = CachedSession(
        cache_name=cache,
        backend="sqlite",
        expire_after=-1,
        allowable_methods=("GET",),
        allowable_codes=(200,),
    )
    session.mount("https://", Local())
    for address in ADDRESSES:
        for accept in (None, "application/ld+json", "application/ld+json, application/json;q=0.9"):
            session.get(address, headers={"Accept": accept} if accept else None)


if __name__ == "__main__":
    main(sys.argv[1])
