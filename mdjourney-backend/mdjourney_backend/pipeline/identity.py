"""Who is who: which identifier each project or dataset folder has, decided from documents, inodes and the journal."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum

from mdjourney_backend.journal import Known


@dataclass(frozen=True, slots=True)
class Found:
    """A folder on disk. `claims` are the identifiers its documents hold, None for a document that is not there;
    `since` (ns) is when its documents last changed, the tie-break when nothing else tells a copy from its source;
    `mounted`: it lies on another device than the root."""

    path: str
    inode: int
    dev: int
    claims: tuple[str | None, ...]
    since: int = 0
    mounted: bool = False


class Fate(Enum):
    """What happened to a folder since the journal last saw it."""

    SAME = "same"
    #: an identity known from elsewhere in the tree lies here now
    MOVED = "moved"
    #: its documents hold an identity the journal never saw
    ADOPTED = "adopted"
    #: no documents and no memory: a new identity
    NEW = "new"
    #: its documents are gone; the identity it had comes back
    RESTORED = "restored"
    #: its documents are a copy of `source`'s; `identifier` is what it was before, or None: a new identity
    COPIED = "copied"
    #: its disk is not there now: leave it alone
    UNAVAILABLE = "unavailable"


@dataclass(frozen=True, slots=True)
class Verdict:
    """What to hold of one folder. `repair`: some document in it holds another identifier and must be corrected.
    `certain`: whatever else lies in the tree, or moves while it is looked at, this stays true. `plain`: so is this, and
    it is the very folder that was here before, with the documents it had."""

    path: str
    fate: Fate
    identifier: str | None
    source: str | None = None
    before: str | None = None
    repair: bool = False
    certain: bool = False
    plain: bool = False


@dataclass(frozen=True, slots=True)
class Decision:
    """Verdicts in the order of the folders, and identities whose folder is nowhere."""

    verdicts: tuple[Verdict, ...]
    gone: tuple[Known, ...]


def decide(found: Sequence[Found], known: Sequence[Known]) -> Decision:
    """Give every folder its identity. Pure.

    An identity belongs to one folder: of several that claim it, the one with the inode it had, else the one at the
    path it had, else the one whose documents are oldest; the others are copies.
    """
    memory = {k.identifier: k for k in known}
    by_path = {k.path: k for k in known if not k.gone}
    claims = {f.path: _claim(f, by_path, memory) for f in found}
    claimants: dict[str, list[Found]] = defaultdict(list)
    for folder in found:
        claim = claims[folder.path]
        if claim is not None:
            claimants[claim].append(folder)
    holders = {i: _holder(folders, memory.get(i)) for i, folders in claimants.items()}
    verdicts = tuple(_verdict(f, claims[f.path], holders, by_path, memory) for f in found)
    kept = {v.identifier for v in verdicts}
    away = {f.path for f, v in zip(found, verdicts, strict=True) if v.fate is Fate.UNAVAILABLE}
    gone = tuple(k for k in known if not k.gone and k.identifier not in kept and k.path not in away)
    return Decision(verdicts, gone)


def _claim(folder: Found, by_path: Mapping[str, Known], memory: Mapping[str, Known]) -> str | None:
    """The one identifier a folder's documents speak for."""
    said = [c for c in folder.claims if c is not None]
    if not said:
        return None
    here = by_path.get(folder.path)
    if here is not None and here.identifier in said and here.inode == folder.inode:
        # one document was overwritten by a foreign one; as long as another still says who we are, we are that
        return here.identifier
    by_inode = next((c for c in said if c in memory and memory[c].inode == folder.inode), None)
    return by_inode or said[0]


def _holder(folders: Sequence[Found], known: Known | None) -> Found:
    if known is not None:
        for folder in folders:
            if _is_the_folder(folder, known):
                return folder
        for folder in folders:
            if folder.path == known.path:
                return folder
    return min(folders, key=lambda f: (f.since, f.path))


def _is_the_folder(folder: Found, known: Known) -> bool:
    return (folder.inode, folder.dev) == (known.inode, known.dev)


def _verdict(
    folder: Found,
    claim: str | None,
    holders: Mapping[str, Found],
    by_path: Mapping[str, Known],
    memory: Mapping[str, Known],
) -> Verdict:
    here = by_path.get(folder.path)
    if claim is None:
        return _unclaimed(folder, here, holders)
    repair = any(c is not None and c != claim for c in folder.claims)
    holder, known = holders[claim], memory.get(claim)
    very = known is not None and _is_the_folder(holder, known)
    if holder.path != folder.path:
        # `cp -r` writes the source's documents over ours: what this folder was before, it stays
        ours = here if here is not None and here.inode == folder.inode and here.identifier != claim else None
        mine = ours.identifier if ours is not None and ours.identifier not in holders else None
        # nobody can take the place of the holder's very folder, and there was nothing here that could be somebody
        certain = here is None and very
        return Verdict(folder.path, Fate.COPIED, mine, source=claim, repair=True, certain=certain)
    if known is None:
        return Verdict(folder.path, Fate.ADOPTED, claim, repair=repair)
    certain = very and not repair and None not in folder.claims
    if known.path == folder.path:
        return Verdict(folder.path, Fate.SAME, claim, repair=repair, certain=certain, plain=certain)
    return Verdict(folder.path, Fate.MOVED, claim, before=known.path, repair=repair, certain=certain)


def _unclaimed(folder: Found, here: Known | None, holders: Mapping[str, Found]) -> Verdict:
    if here is None or here.identifier in holders:
        return Verdict(folder.path, Fate.NEW, None, certain=here is None)
    if here.mounted and not folder.mounted:
        return Verdict(folder.path, Fate.UNAVAILABLE, here.identifier)
    return Verdict(folder.path, Fate.RESTORED, here.identifier)
