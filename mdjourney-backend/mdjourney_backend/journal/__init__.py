"""What a leader must not forget: the file index, where identities live, what still has to reach history and store,
and the events people watch. One SQLite file under the home; a scan rebuilds it."""

from mdjourney_backend.journal.documents import DocumentSeen
from mdjourney_backend.journal.events import Event
from mdjourney_backend.journal.files import Brief, FileIndex, FileRow
from mdjourney_backend.journal.journal import Journal
from mdjourney_backend.journal.outbox import Pending, Stage
from mdjourney_backend.journal.places import Known

__all__ = ["Brief", "DocumentSeen", "Event", "FileIndex", "FileRow", "Journal", "Known", "Pending", "Stage"]
