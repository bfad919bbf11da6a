"""What can go wrong between gateway and backend."""

from mdjourney_contract.problems import MDJourneyError


class BackendGone(MDJourneyError):
    """The backend closed the connection or could not be reached; `untouched` if it had not begun to answer."""

    status, title = 502, "The backend went away"

    def __init__(self, detail: str, *, untouched: bool = False) -> None:
        super().__init__(detail)
        self.untouched = untouched


class BackendGarbled(MDJourneyError):
    """The backend's answer is not HTTP."""

    status, title = 502, "The backend's answer cannot be read"


class ClientGone(Exception):
    """The client went away; nobody is left to answer."""
