"""A move to another PostgreSQL major: what is noted on disk so that it is finished whenever it was interrupted."""

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

from mdjourney_store.embedded.place import Place, write_private

_NOTE: Final = "move.json"


@dataclass(frozen=True, slots=True)
class Move:
    """`source` holds the primary rows. `current` False: it is the last copy that was kept, because the programs of the
    former major are no longer there; what was recorded after it is only in the folder that was set aside."""

    source: str
    former: int
    current: bool


def begin(own: Path, move: Move) -> None:
    """Note the move before anything is changed."""
    write_private(own / _NOTE, json.dumps(asdict(move)))


def under_way(own: Path) -> Move | None:
    """The move that has begun and not ended."""
    try:
        return Move(**json.loads((own / _NOTE).read_text(encoding="utf-8")))
    except FileNotFoundError:
        return None


def end(own: Path) -> None:
    """The rows are in the new database."""
    (own / _NOTE).unlink()


def set_aside(place: Place, former: int) -> Path:
    """Rename the data folder of the former major; nothing of it is removed. Answers where it lies now."""
    for number in range(1, 1000):
        target = place.base / (f"data-{former}" if number == 1 else f"data-{former}-{number}")
        if not target.exists():
            place.data.rename(target)
            return target
    raise FileExistsError(f"{place.base} holds too many folders named data-{former}")
