"""How the saves of one bulk edit are told apart from others: by the subject they share."""


def subject_of_many(number: int, what: str) -> str:
    """The subject of documents saved as one: `50 documents: set Licence`."""
    return f"{number} documents: {what}"
