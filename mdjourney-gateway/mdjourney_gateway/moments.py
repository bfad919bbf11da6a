"""Seconds since 1970, as the state keeps them, as moments in UTC."""

from datetime import UTC, datetime


def moment(seconds: float) -> datetime:
    """The moment in UTC."""
    return datetime.fromtimestamp(seconds, UTC)
