"""The process in which previews are made: the loop, limits and deadline are those of extraction."""

import sys
from typing import Any

from mdjourney_backend.previewing import making
from mdjourney_backend.technical.extractors.child import Question, answer_questions

_BROKEN = {"kind": "none", "reason": "The file cannot be read as what its name says"}


def reply(descriptor: int, question: Question) -> Any:
    """The preview that a question asks for; closes the file."""
    make = making.MAKERS[question["make"]]
    with open(descriptor, "rb") as stream:
        try:
            return make(stream, question)
        except making.TooMuch as exc:
            return {"kind": "none", "reason": str(exc)}
        except MemoryError:
            return {"kind": "none", "reason": "Looking into it would take too much memory"}
        except Exception:  # noqa: BLE001 - libraries raise anything at broken files
            return _BROKEN


if __name__ == "__main__":
    answer_questions(int(sys.argv[1]), float(sys.argv[2]), reply)
