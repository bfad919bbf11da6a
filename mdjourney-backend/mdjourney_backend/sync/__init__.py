"""Sends what documents say to the metadata store: rows made from documents, a worker off the request path, a rebuild."""

from mdjourney_backend.sync.gathering import gather
from mdjourney_backend.sync.outbox import Outbox, Waiting
from mdjourney_backend.sync.rebuild import rebuild
from mdjourney_backend.sync.worker import Sync, SyncStatus

__all__ = ["Outbox", "Sync", "SyncStatus", "Waiting", "gather", "rebuild"]
