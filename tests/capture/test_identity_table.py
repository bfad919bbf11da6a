"""The decision table of identities."""

import pytest

from mdjourney_backend.journal import Known
from mdjourney_backend.pipeline.identity import Fate, Found, Verdict, decide

A, B, X = "id-a", "id-b", "id-x"


def folder(path: str, inode: int, *claims: str | None, since: int = 0, mounted: bool = False) -> Found:
    return Found(path, inode, 1, claims or (None, None), since, mounted)


def known(identifier: str, path: str, inode: int, *, gone: bool = False, mounted: bool = False) -> Known:
    return Known(identifier, path, inode, 1, gone, mounted)


CASES: dict[str, tuple[list[Found], list[Known], list[tuple[Fate, str | None]]]] = {
    "new folder": ([folder("n", 1)], [], [(Fate.NEW, None)]),
    "nothing happened": ([folder("a", 1, A, A)], [known(A, "a", 1)], [(Fate.SAME, A)]),
    "journal lost": ([folder("a", 1, A, A)], [], [(Fate.ADOPTED, A)]),
    "brought from elsewhere": ([folder("a", 1, A, A)], [known(B, "b", 2, gone=True)], [(Fate.ADOPTED, A)]),
    "renamed": ([folder("a2", 1, A, A)], [known(A, "a", 1)], [(Fate.MOVED, A)]),
    "moved to another disk": ([folder("c/a", 9, A, A)], [known(A, "a", 1)], [(Fate.MOVED, A)]),
    "restored from a backup in place": ([folder("a", 9, A, A)], [known(A, "a", 1)], [(Fate.SAME, A)]),
    "came back": ([folder("a", 1, A, A)], [known(A, "a", 1, gone=True)], [(Fate.SAME, A)]),
    "swapped": (
        [folder("a", 2, B, B), folder("b", 1, A, A)],
        [known(A, "a", 1), known(B, "b", 2)],
        [(Fate.MOVED, B), (Fate.MOVED, A)],
    ),
    "copied beside": (
        [folder("a", 1, A, A), folder("copy", 2, A, A)],
        [known(A, "a", 1)],
        [(Fate.SAME, A), (Fate.COPIED, None)],
    ),
    "copied beside, name sorts first": (
        [folder("1-copy", 2, A, A), folder("a", 1, A, A)],
        [known(A, "a", 1)],
        [(Fate.COPIED, None), (Fate.SAME, A)],
    ),
    "copied, then the source renamed": (
        [folder("a-old", 1, A, A), folder("copy", 2, A, A)],
        [known(A, "a", 1)],
        [(Fate.MOVED, A), (Fate.COPIED, None)],
    ),
    "source renamed, copy put in its place": (
        [folder("a", 2, A, A), folder("a-old", 1, A, A)],
        [known(A, "a", 1)],
        [(Fate.COPIED, None), (Fate.MOVED, A)],
    ),
    "cp -r over a folder we had described already": (
        [folder("a", 1, A, A), folder("new", 2, A, A)],
        [known(A, "a", 1), known(X, "new", 2)],
        [(Fate.SAME, A), (Fate.COPIED, X)],
    ),
    "cp -r over ours, half way": (
        [folder("a", 1, A, A), folder("new", 2, A, X)],
        [known(A, "a", 1), known(X, "new", 2)],
        [(Fate.SAME, A), (Fate.SAME, X)],
    ),
    "replaced by another known one": (
        [folder("a", 2, B, B)],
        [known(A, "a", 1), known(B, "b", 2)],
        [(Fate.MOVED, B)],
    ),
    "replaced by an empty folder while the old one lives on": (
        [folder("a", 3), folder("a-old", 1, A, A)],
        [known(A, "a", 1)],
        [(Fate.NEW, None), (Fate.MOVED, A)],
    ),
    "documents lost": ([folder("a", 1)], [known(A, "a", 1)], [(Fate.RESTORED, A)]),
    "documents lost and folder made again": ([folder("a", 7)], [known(A, "a", 1)], [(Fate.RESTORED, A)]),
    "one document lost": ([folder("a", 1, A, None)], [known(A, "a", 1)], [(Fate.SAME, A)]),
    "one document lost, the other way": ([folder("a", 1, None, A)], [known(A, "a", 1)], [(Fate.SAME, A)]),
    "inode used again elsewhere": ([folder("new", 1)], [known(A, "a", 1, gone=True)], [(Fate.NEW, None)]),
    "disk not mounted": ([folder("a", 7)], [known(A, "a", 1, mounted=True)], [(Fate.UNAVAILABLE, A)]),
    "disk mounted, documents lost": (
        [folder("a", 1, mounted=True)],
        [known(A, "a", 1, mounted=True)],
        [(Fate.RESTORED, A)],
    ),
    "journal lost while a copy lay there: older documents are the source": (
        [folder("copy", 1, A, A, since=20), folder("a", 2, A, A, since=10)],
        [],
        [(Fate.COPIED, None), (Fate.ADOPTED, A)],
    ),
    "two copies at once": (
        [folder("a", 1, A, A), folder("c1", 2, A, A), folder("c2", 3, A, A)],
        [known(A, "a", 1)],
        [(Fate.SAME, A), (Fate.COPIED, None), (Fate.COPIED, None)],
    ),
    "copied in, source deleted": (
        [folder("new", 2, A, A)],
        [known(A, "a", 1), known(X, "new", 2)],
        [(Fate.MOVED, A)],
    ),
}


@pytest.mark.parametrize("case", CASES, ids=str)
def test_the_table(case: str) -> None:
    found, memory, expected = CASES[case]
    verdicts = decide(found, memory).verdicts
    assert [(v.fate, v.identifier) for v in verdicts] == expected


@pytest.mark.parametrize("case", CASES, ids=str)
def test_no_identifier_is_given_twice(case: str) -> None:
    found, memory, _ = CASES[case]
    given = [v.identifier for v in decide(found, memory).verdicts if v.identifier is not None]
    assert len(given) == len(set(given))


@pytest.mark.parametrize("case", CASES, ids=str)
def test_deciding_again_after_acting_changes_nothing(case: str) -> None:
    found, memory, _ = CASES[case]
    decision = decide(found, memory)
    if any(v.fate is Fate.UNAVAILABLE for v in decision.verdicts):
        return
    acted = [_acted(f, v) for f, v in zip(found, decision.verdicts, strict=True)]
    remembered = [Known(f.claims[0] or "", f.path, f.inode, f.dev, mounted=f.mounted) for f in acted]
    again = decide(acted, remembered)
    assert {v.fate for v in again.verdicts} == {Fate.SAME}
    assert not again.gone


def _acted(found: Found, verdict: Verdict) -> Found:
    identifier = verdict.identifier or f"minted-{found.path}"
    return Found(found.path, found.inode, found.dev, (identifier, identifier), found.since, found.mounted)


def test_a_folder_that_is_nowhere_is_gone() -> None:
    decision = decide([folder("a", 1, A, A)], [known(A, "a", 1), known(B, "b", 2)])
    assert [k.identifier for k in decision.gone] == [B]


def test_a_disk_that_is_away_does_not_make_its_datasets_gone() -> None:
    decision = decide([folder("a", 7)], [known(A, "a", 1, mounted=True)])
    assert decision.gone == ()
