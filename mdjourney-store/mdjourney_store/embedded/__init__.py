"""A PostgreSQL server of our own: created, started, watched over and ended together with its owner."""

from mdjourney_store.embedded.server import EmbeddedPostgres, ServerStatus, Urls

__all__ = ["EmbeddedPostgres", "ServerStatus", "Urls"]
