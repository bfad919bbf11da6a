"""Noticing that something changed: file system events mark folders dirty, a scan decides what that means."""

from mdjourney_backend.watch.watcher import Watcher

__all__ = ["Watcher"]
