"""One change over many documents: proposed, looked at, saved as one commit, undone as one."""

from mdjourney_backend.bulk.outcome import Outcome, Row, carry_out
from mdjourney_backend.bulk.recording import subject_of_many
from mdjourney_backend.bulk.reverting import changed_in, undoing

__all__ = ["Outcome", "Row", "carry_out", "changed_in", "subject_of_many", "undoing"]
