"""F23, F24: odd names, and damaged documents."""

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import Any
from unittest.mock import patch

from benchmarks.faults.frame import Control, Fault, Trial
from mdjourney_backend.documents.quarantine import Quarantine

_PARTS = [
    "\n", "\r\n", "\t", "-", "-rf", "--", " ", "  ", ".", "..", "#", "%2e%2e", "%00", "\\", '"', "'", "`", "$(x)", "{a: b}", "[x]", ": ",
    "- ", "&a", "*b", "!", "|", ">", "null", "true", "1e5", "~", "\x7f", "\x01", "\x1b[31m", "=cmd()", "e\u0301", "\u00e9", "\u202e",
    "\U0001f9ec", "\U0001f468\u200d\U0001f52c", "CON", "AUX", "NUL.txt", "<script>", "\ufeff", "\u2028", "\uffff", "\u0130", "\u00df", "\u1e9e",
    "a" * 40, "z", "0", ".csv", ".csv", ".dat", ".json", ".PNG",
]  # fmt: skip


def odd_name(random: Random, *, long: bool) -> str:
    """A name of at most 255 bytes that is data by the rules; `long`: some have all of them."""
    while True:
        name = "".join(random.choice(_PARTS) for _ in range(random.randint(1, 7)))
        if long and random.random() < 0.1:
            name += "n" * (255 - len(name.encode()))
        hidden = name.startswith((".", "~$")) or name.endswith((".part", ".tmp", ".dvc"))
        if not hidden and 0 < len(name.encode()) <= 255 and name not in (".", ".."):
            return name


def _f23(trial: Trial) -> None:
    """Forty files and folders with odd names, and some that are not UTF-8."""
    place = trial.place()
    wanted: set[str] = set()
    # beside a file whose name is as long as can be, no file has a pointer of its own
    long = trial.off is None and trial.number % 2 == 1
    for _ in range(40):
        name = odd_name(trial.random, long=long)
        if trial.random.random() < 0.2:
            name = f"{odd_name(trial.random, long=long)}/{name}"
        try:
            place.write(f"p_A/d/{name}", name)
        except (FileExistsError, NotADirectoryError, IsADirectoryError):
            continue
        wanted.add(name)
    bad = os.fsencode(place.root / "p_A/d") + b"/bad-\xff\xfe" + str(trial.number).encode()
    Path(os.fsdecode(bad)).write_text("x")
    place.note()
    place.scan()
    listed = place.entries("p_A/d")
    trial.expect(set(listed) == wanted, f"not described: {sorted(wanted - set(listed))[:2]}")
    trial.expect(
        any("\\xff\\xfe" in path for path in place.told()), "a name that is not UTF-8 is not told of"
    )
    if trial.number % 10 == 0:
        trial.expect(_dvc_status(place) == "{}", "real DVC does not agree")
    trial.counts["odd names"] += len(wanted)
    trial.finish(place)


def _dvc_status(place: Any) -> str:
    return str(place.dvc("status", "--json")).strip()


@contextlib.contextmanager
def _bare_paths() -> Iterator[None]:
    """Paths are given to git as they are."""
    with patch(
        "mdjourney_backend.history.commits._quoted", lambda path: path.encode("utf-8", "surrogateescape")
    ):
        yield


@contextlib.contextmanager
def _any_bytes() -> Iterator[None]:
    """Names that are not UTF-8 are taken like others."""
    with (
        patch("mdjourney_backend.pipeline.scanning.is_utf8", lambda _name: True),
        patch("mdjourney_backend.tree.listing.is_utf8", lambda _name: True),
    ):
        yield


F23 = Fault(
    code="F23",
    what="odd names: newlines, leading dashes, 255 bytes, NFC and NFD, RTL, emoji, control characters, YAML and shell signs, not UTF-8",
    protection="names are quoted for git and YAML, opened by descriptor; what cannot stand in JSON is told of",
    trial=_f23,
    trials=150,
    few=2,
    controls={
        "quoting for git": Control(_bare_paths, 10, 1),
        "refusing what is not UTF-8": Control(_any_bytes, 10, 1),
    },
)

# -- F24 --------------------------------------------------------------------------------------------------------------

_KINDS = {
    "p_A/.metadata/project_descriptive.json": "project_identifier",
    "p_A/d/.metadata/dataset_administrative.json": "dataset_identifier",
    "p_A/d/.metadata/dataset_structural.json": "dataset_identifier",
}


def damaged(raw: bytes, random: Random) -> bytes:
    """What bad disks, cut copies and editors make of a document; never readable JSON."""
    from mdjourney_backend.documents import Unreadable, parse

    while True:
        kind = random.randrange(6)
        at = random.randrange(len(raw))
        if kind == 0:
            made = raw[:at]
        elif kind == 1:
            made = raw[:at] + bytes([raw[at] ^ (1 << random.randrange(8))]) + raw[at + 1 :]
        elif kind == 2:
            made = bytes(len(raw))
        elif kind == 3:
            made = raw[:at] + bytes(min(512, len(raw) - at)) + raw[at + 512 :]
        elif kind == 4:
            made = raw + raw[at:]
        else:
            made = random.choice(
                (
                    b"",
                    b"[1, 2]",
                    b"null",
                    b"{}{}",
                    b'{"a": NaN}',
                    b"\xff\xfe{\x00}\x00",
                    b"<html>",
                    os.urandom(300),
                )
            )
        try:
            if not isinstance(parse(made), dict):
                return made
        except Unreadable:
            return made


def _f24(trial: Trial) -> None:
    """One to three documents are damaged at once; identifiers and what was typed come back, the damage is kept."""
    place = trial.place(history={"dvc": False})
    place.write("p_A/d/a.csv", "one")
    place.scan()
    good = {path: (place.root / path).read_bytes() for path in _KINDS}
    before = place.identifiers()
    chosen = trial.random.sample(sorted(_KINDS), trial.random.randint(1, 3))
    bad = {path: damaged(good[path], trial.random) for path in chosen}
    for path, content in bad.items():
        (place.root / path).write_bytes(content)
        os.utime(place.root / path, (1, 1))
    place.note()
    place.scan(timeout=60 if trial.off is None else 8)
    trial.expect(place.identifiers() == before, "another identifier")
    for path in chosen:
        aside = list((place.root / path).parent.glob(f"{Path(path).name}.corrupt-*"))
        trial.expect([a.read_bytes() for a in aside] == [bad[path]], "the damaged bytes were not kept")
        trial.expect(any(".corrupt-" in found for found in place.wrong()), "not told")
        for path_aside in aside:
            path_aside.unlink()
        trial.expect((place.root / path).read_bytes() == good[path], "what it said did not come back")
    trial.counts["documents damaged"] += len(chosen)
    trial.finish(place)


@contextlib.contextmanager
def _taken_for_empty() -> Iterator[None]:
    """What cannot be read counts as empty."""
    with patch.object(Quarantine, "settle", lambda *_: b"{}"):
        yield


@contextlib.contextmanager
def _forgotten() -> Iterator[None]:
    """History is not asked for the last good version."""
    real = Quarantine.__init__

    def without(self: Quarantine, clock: Any, _recover: Any, patience: float) -> None:
        real(self, clock, lambda _path: None, patience)

    with patch.object(Quarantine, "__init__", without):
        yield


F24 = Fault(
    code="F24",
    what="documents damaged on disk: cut, bits flipped, zeros, another kind, doubled",
    protection="set aside, brought back from history, reported until somebody looked; never taken for empty",
    trial=_f24,
    trials=300,
    few=4,
    controls={
        "setting aside": Control(_taken_for_empty, 20, 1),
        "bringing back from history": Control(_forgotten, 20, 1),
    },
)
