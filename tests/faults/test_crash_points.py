"""F1 for triggers 0 to 2: a kill -9 at any file-system event of an ingest costs nothing once the next backend ran."""

import json
import os
import random
from typing import Any

import pytest

#: Points tried of each stage: there are about 170 and 110, and each costs two processes.
_POINTS = int(os.environ.get("MDJOURNEY_CRASH_POINTS", "7"))


def _first(place: Any) -> None:
    """A new project, two datasets, one of them with a sub-folder."""
    for n in range(3):
        place.write(f"p_A/d/f{n}.csv", f"a,b\n{n},1\n")
    place.write("p_A/e/deep/x.txt", "x")


def _second(place: Any) -> None:
    """Every kind of change at once."""
    place.write("p_A/d/f0.csv", "a,b\nchanged,1\n")
    (place.root / "p_A/d/f1.csv").rename(place.root / "p_A/e/moved.csv")
    (place.root / "p_A/d/f2.csv").unlink()
    place.write("p_A/d/new.csv", "new")


def _run(place: Any, die_at: int) -> int:
    done = place.backend("crash_backend.py", str(die_at))
    said, _ = done.communicate(timeout=120)
    assert done.returncode == (0 if said else -9), f"ended with {done.returncode}"
    return int(said or 0)


def _identifiers(place: Any) -> dict[str, str]:
    found = {}
    for path in sorted(place.root.glob("p_A/**/.metadata/*.json")):
        content = json.loads(path.read_bytes())
        relative = str(path.relative_to(place.root))
        found[relative] = content.get("dataset_identifier") or content["project_identifier"]
        for entry in content.get("file_descriptions", []):
            found[f"{relative}:{entry['file_path']}"] = entry["file_identifier"]
    return found


def _leavings(place: Any) -> list[str]:
    """Temporary files and locks of ours, anywhere."""
    odd = [
        p
        for p in place.root.rglob("*")
        if p.name.endswith((".saving", ".lock")) or ".mdjourney-git-" in p.name
    ]
    odd += list((place.root / ".dvc" / "tmp").glob("mdj-*"))
    return [str(p.relative_to(place.root)) for p in odd]


@pytest.mark.slow
@pytest.mark.parametrize("stage", ["first", "second"])
def test_a_backend_killed_at_any_event_is_made_good_by_the_next(stage: str, fresh: Any) -> None:
    with fresh() as model:
        _first(model)
        events = _run(model, 0)
        if stage == "second":
            _second(model)
            events = _run(model, 0)
    assert events > 20
    points = sorted(random.Random(7).sample(range(1, events + 1), min(_POINTS, events)))
    for point in points:
        with fresh() as place:
            _first(place)
            known: dict[str, str] = {}
            if stage == "second":
                place.scan()
                known = _identifiers(place)
                _second(place)
            _run(place, point)
            between = _identifiers(place)
            place.scan()
            assert place.wrong(objects=True) == [], f"after a kill at event {point} of {events}"
            after = _identifiers(place)
            lost = {k: v for k, v in {**known, **between}.items() if after.get(k, v) != v}
            assert not lost, f"identifiers changed after a kill at event {point} of {events}"
            assert _leavings(place) == [], f"left behind after a kill at event {point} of {events}"
            assert {"f0.csv"} <= set(place.entries("p_A/d"))
