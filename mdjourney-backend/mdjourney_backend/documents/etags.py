"""`If-Match` and `If-None-Match` as RFC 9110 has them, for strong ETags."""


def matches(header: str, etag: str) -> bool:
    """Whether an `If-Match` header names this ETag (`*` names any); weak tags never match."""
    tags = [tag.strip() for tag in header.split(",")]
    return "*" in tags or etag in tags
