"""Sends everything files say again, from disk: what `mdjourney db sync` does."""

import hashlib
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from mdjourney_backend.sync.gathering import gather
from mdjourney_backend.sync.reading import read_document
from mdjourney_backend.tree import Tree
from mdjourney_store.connection import Store
from mdjourney_store.projection import Projection
from mdjourney_store.rows import Changes, GoneRow, Origin, Sent

_CHUNK = 200


def rebuild(
    tree: Tree, database_url: str, origin: Origin, *, verify: bool = False, dry_run: bool = False
) -> Changes:
    """Make the store agree with the tree; answers how many rows of which table changed (or would).

    Primary rows (roles, trials recorded through the API, events, audit) are not touched.

    Args:
        verify: compare every row, not only documents whose content hash differs; bury rows of this tree that no document
            speaks of, and queue all of them for the connector.
        dry_run: change nothing.

    Raises:
        StoreAway, WrongRevision: the store cannot be used now; what was sent so far is kept.
    """
    store = Store(database_url, size=1)
    changes = Changes()
    try:
        projection = Projection(store, origin)
        known, told = projection.known(), projection.last_told()
        sent = _everything(tree, known, origin, all_of_it=verify)
        while chunk := list(islice(sent, _CHUNK)):
            part = projection.send(chunk, force=verify, dry_run=dry_run, seconds=600, told=told)
            _add(changes, part)
        if verify:
            _add(changes, projection.settle(dry_run=dry_run))
    finally:
        store.close()
    return changes


def _everything(tree: Tree, known: dict[str, str], origin: Origin, *, all_of_it: bool) -> Iterator[Sent]:
    people = [*([origin.owner] if origin.owner else []), *origin.members]
    gone = set(known)
    for ref in sorted(tree.documents(), key=lambda ref: _ORDER.get(ref.kind, 9)):
        gone.discard(ref.path)
        if not all_of_it and _is_known(Path(tree.root), ref.path, known):
            continue
        yield gather(Path(tree.root), ref, people=people)
    for path in sorted(gone):
        yield GoneRow(path)


def _is_known(root: Path, path: str, known: dict[str, str]) -> bool:
    if path not in known:
        return False
    raw = read_document(root, path)
    return raw is not None and hashlib.sha256(raw.content).hexdigest() == known[path]


#: Parents first: fewer stubs, and roles for a project's people as soon as it appears.
_ORDER = {
    "project_descriptive": 0,
    "dataset_administrative": 1,
    "dataset_structural": 2,
    "experiment_contextual": 3,
}


def _add(total: Changes, part: Changes) -> None:
    for table, number in part.rows.items():
        total.count(table, number)
    total.conflicts.extend(part.conflicts)
    total.refused.update(part.refused)
