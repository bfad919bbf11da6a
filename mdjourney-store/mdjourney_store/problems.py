"""What can be wrong with the metadata store, as the people and the parts that use it are told."""

from typing import ClassVar

from mdjourney_contract.problems import Conflict, Invalid, MDJourneyError, Unavailable


class StoreAway(Unavailable):
    """The database cannot be reached, does not answer in time, or is shutting down. Worth trying again."""

    title: ClassVar[str] = "The metadata store is away"


class Unstorable(Invalid):
    """A value that no row of the store can hold: NUL, half a character, too long, too deep."""

    title: ClassVar[str] = "A value cannot be in the metadata store"

    def __init__(self, said: str) -> None:
        super().__init__(f"a value cannot be in the metadata store: {said}", errors=[{"message": said}])


class WrongRevision(Unavailable):
    """The database holds another revision of the schema than this program; `extra` has `found` and `wanted`."""

    title: ClassVar[str] = "The metadata store has another revision"


class NewerDatabase(Conflict):
    """The database was written by a newer program and is left alone."""

    title: ClassVar[str] = "The metadata store is newer than this program"


class EmbeddedServerProblem(MDJourneyError):
    """The embedded PostgreSQL cannot be created, started or stopped; the detail holds the server's own words."""

    title: ClassVar[str] = "The embedded PostgreSQL does not run"


class HomeInUse(Conflict):
    """Another process serves from the same home."""

    title: ClassVar[str] = "This home is in use"
