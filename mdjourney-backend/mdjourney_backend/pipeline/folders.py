"""Keeping projects and datasets who they are: looks at all folders, decides, has done what a verdict asks for, and
remembers who lies where."""

import logging
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from functools import partial
from pathlib import Path

from mdjourney_backend.counting import Counters
from mdjourney_backend.documents import Documents
from mdjourney_backend.held import Elsewhere
from mdjourney_backend.journal import Journal, Known
from mdjourney_backend.journal.places import PlaceKind
from mdjourney_backend.layout import project_ref
from mdjourney_backend.pipeline.agreeing import Agreeing
from mdjourney_backend.pipeline.founding import Founding, dataset_refs
from mdjourney_backend.pipeline.identity import Fate, Verdict, decide
from mdjourney_backend.pipeline.looking import Looking, Spotted
from mdjourney_backend.pipeline.recollection import Recollection
from mdjourney_backend.pipeline.standing import Home, Standing
from mdjourney_backend.pipeline.untold import note, noted
from mdjourney_backend.tree import Shape, Tree
from mdjourney_contract.problems import MDJourneyError

log = logging.getLogger(__name__)

_Act = Callable[[Spotted, Verdict, frozenset[str] | None], str | None]


class Folders:
    """For one leader. A verdict that is certain holds whatever else moves. Every other one compares folders with each
    other, so it is believed only if none came, went or was renamed from the first look to the last, or many looks agree
    on it; else the folder waits for the next pass."""

    def __init__(
        self,
        root: Path,
        tree: Tree,
        documents: Documents,
        journal: Journal,
        latest: Callable[[str], bytes | None],
        settle_seconds: float,
        counters: Counters,
    ) -> None:
        """`latest` answers the newest recorded bytes of a document path, or None."""
        self._root = root
        self._tree = tree
        self._documents = documents
        self._journal = journal
        #: as of the last look that was ended, and with the one that goes on
        self._untold = self._with_this = noted(journal)
        self._agreeing: dict[PlaceKind, Agreeing] = {"project": Agreeing(), "dataset": Agreeing()}
        self._founding = Founding(
            root, tree, documents, journal, Recollection(latest), settle_seconds, counters
        )

    def reconcile(self) -> Standing:
        """Give every folder its identity and its documents. Who calls says by `told` that others know of the moves."""
        standing = Standing()
        self._untold = self._with_this
        looking = Looking(
            self._root,
            self._tree,
            self._documents,
            lambda path, why: standing.problems.append((path, why)),
        )
        shape = self._tree.shape()
        projects = looking.at(
            self._tree.project_folders(), lambda path: [project_ref(path)], "project_identifier"
        )
        who = self._reconcile("project", projects, shape, standing, self._founding.project)
        homes = {p.path: (who[p.path], p.folder.inode) for p in projects if p.path in who}

        shape = self._tree.shape()
        below = [f for p in projects for f in self._tree.dataset_folders(p.path)]
        datasets = looking.at(below, dataset_refs, "dataset_identifier", "associated_project_identifier")
        found = self._reconcile("dataset", datasets, shape, standing, partial(self._dataset, homes))
        for one in datasets:
            if one.path in found:
                project_id = homes[_above(one.path)][0]
                standing.datasets.append(Home(found[one.path], project_id, one.path, *one.key))
        self._founding.keep_only([*projects, *datasets])
        standing.left, standing.arrived = dict(self._with_this.left), self._with_this.arrived
        return standing

    def told(self, but: Iterable[str]) -> None:
        """Others know of all moves `reconcile` answered, but not of those that these paths have part in."""
        rest = self._with_this.of(but)
        if rest != self._with_this:
            note(self._journal, rest)
            self._with_this = rest

    def _dataset(
        self,
        homes: Mapping[str, tuple[str, int]],
        spotted: Spotted,
        verdict: Verdict,
        taken: frozenset[str] | None,
    ) -> str | None:
        project = homes.get(_above(spotted.path))
        if project is None:  # its project settles, or cannot be written
            return None
        settled = verdict.certain and verdict.fate in (Fate.SAME, Fate.MOVED)
        if settled and set(spotted.links) == {project[0]} and spotted.parent == project[1]:
            return verdict.identifier
        return self._founding.dataset(spotted, verdict, project, taken)

    def _reconcile(
        self, kind: PlaceKind, spotted: Sequence[Spotted], shape: Shape, standing: Standing, act: _Act
    ) -> dict[str, str]:
        """Path -> identifier of those that have one now."""
        decision = decide([s.found for s in spotted], self._journal.places.known(kind))
        plain = not decision.gone and all(v.plain for v in decision.verdicts)
        still = not standing.moving and (plain or shape.held_still(self._tree.shape()))
        standing.moving = not still
        ids = frozenset(v.identifier for v in decision.verdicts if v.identifier is not None)
        told = list(zip(spotted, decision.verdicts, strict=True))
        agreeing = self._agreeing[kind]
        asked = [_alike(one, verdict) for one, verdict in told if not verdict.certain]
        agreeing.look([*asked, *decision.gone], ids)
        taken = ids if still else agreeing.seen()
        gone = [k for k in decision.gone if still or agreeing.on(k)]
        waits = len(gone) < len(decision.gone)
        found: dict[str, str] = {}
        for one, verdict in told:
            identifier = None
            if still or verdict.certain or agreeing.on(_alike(one, verdict)):
                identifier = self._guarded(standing, one, partial(act, one, verdict, taken))
            else:
                waits = True
            if identifier is not None:
                found[one.path] = identifier
            self._note(standing, verdict, identifier)
        standing.unsure = standing.unsure or waits
        standing.waiting += waits
        self._remember(kind, spotted, gone, found, standing)
        return found

    def _guarded(self, standing: Standing, one: Spotted, act: Callable[[], str | None]) -> str | None:
        """A folder whose documents cannot be written holds up no other."""
        try:
            return act()
        except Elsewhere:
            standing.unsure = standing.moving = True
        except (MDJourneyError, OSError) as exc:
            log.warning("%s: %s", one.path, exc)
            standing.problems.append((one.path, str(exc)))
        return None

    def _note(self, standing: Standing, verdict: Verdict, identifier: str | None) -> None:
        if verdict.fate is Fate.UNAVAILABLE:
            standing.away.append(verdict.path)
        elif identifier is None:
            standing.waiting += 1
        elif verdict.before is not None:
            standing.left[verdict.before] = verdict.path

    def _remember(
        self,
        kind: PlaceKind,
        spotted: Sequence[Spotted],
        gone: Sequence[Known],
        identifiers: Mapping[str, str],
        standing: Standing,
    ) -> None:
        before = {k.identifier: k for k in self._journal.places.known(kind)}
        now = {
            identifiers[s.path]: Known(identifiers[s.path], s.path, *s.key, mounted=s.found.mounted)
            for s in spotted
            if s.path in identifiers
        }
        for known in gone:
            if known.identifier not in now:
                now[known.identifier] = Known(
                    known.identifier, known.path, known.inode, known.dev, gone=True, mounted=known.mounted
                )
                if known.path not in standing.left:
                    standing.left[known.path] = None
        changed = [k for i, k in now.items() if before.get(i) != k]
        if kind == "dataset":
            standing.arrived = frozenset(k.identifier for k in changed if not k.gone)
        if changed:
            untold = self._untold.then(standing.left, standing.arrived)
            with self._journal.batch():
                self._journal.places.put(kind, changed)
                note(self._journal, untold)
            self._with_this = untold
        for identifier, known in now.items():
            if not known.gone:
                self._tree.settle_on(identifier, known.path)


def _alike(one: Spotted, verdict: Verdict) -> Hashable:
    """What must be the same for two looks to agree on a folder."""
    return (one.key, verdict)


def _above(path: str) -> str:
    return path.rpartition("/")[0]
