"""A person's save of a document against the least that is durable: write, fsync, rename, fsync of the folder."""

import os
import tempfile
from pathlib import Path

from benchmarks.rounds import Measure, Side, interleave
from mdjourney_backend.changes import Edit, Ref, Write
from mdjourney_backend.documents import Documents
from mdjourney_backend.schemas import SchemaManager
from mdjourney_contract.people import Identity

TITLE = "Saving a document"
_PERSON = Identity(user_id="bench")


class _Discard:
    """A sink that keeps nothing: the journal is not what is measured here."""

    def written(self, write: Write) -> None:
        """Forget it."""


def bare_save(path: Path, content: bytes) -> None:
    """The yardstick."""
    temporary = path.with_suffix(".new")
    with temporary.open("wb") as out:
        out.write(content)
        out.flush()
        os.fsync(out.fileno())
    temporary.replace(path)
    folder = os.open(path.parent, os.O_RDONLY)
    os.fsync(folder)
    os.close(folder)


def measure(*, smoke: bool) -> list[Measure]:
    """`saves` saves per round of one project document."""
    saves, rounds = (3, 1) if smoke else (50, 7)
    with tempfile.TemporaryDirectory() as name:
        root = Path(name)
        ref = Ref("project_descriptive", "p_Bench/.metadata/project_descriptive.json")
        (root / ref.path).parent.mkdir(parents=True)
        documents = Documents(root, SchemaManager(root), _Discard())
        first = documents.create(
            ref,
            {"project_identifier": "9f0d2a9e-6f0f-4f0e-9d57-6c1f4b1f5a11"},
            actor=_PERSON,
            subject="bench",
        )
        number = iter(range(10**9))

        def ours() -> None:
            for _ in range(saves):
                title = f"title {next(number)}"
                documents.apply(
                    Edit(ref, lambda c, t=title: {**(c or {}), "project_title": t}, "bench"), actor=_PERSON
                )  # type: ignore[misc]

        def bare() -> None:
            for _ in range(saves):
                bare_save(root / "bare.json", first.raw)

        samples = interleave([Side("save", ours), Side("bare write", bare)], rounds)
    return [Measure(f"{saves} saves", "save", "bare write", 3.0, samples, "validated, audited, locked")]
