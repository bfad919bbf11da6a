"""Tells the end of captured runs that can no longer tell it themselves: their lease lapsed."""

import logging
from dataclasses import replace

from mdjourney_backend.documents import Documents
from mdjourney_backend.layout import Meaning
from mdjourney_backend.runs.capturing.leases import Lapsed, lapsed
from mdjourney_backend.runs.capturing.outcome import end_of
from mdjourney_backend.runs.capturing.telling import Facts, Telling
from mdjourney_backend.schemas import SchemaManager
from mdjourney_backend.tree import Tree
from mdjourney_contract.problems import MDJourneyError

log = logging.getLogger(__name__)


def sweep(tree: Tree, documents: Documents, schemas: SchemaManager) -> list[str]:
    """Write the end of every captured run of a tree whose lease lapsed; answers their run ids.

    For the leader of the tree, every few seconds: costs one folder listing when nobody runs anything. A run that wrote
    down how it ended, but not into its document, ended so; any other ended unclean at its last sign of life. One that
    cannot be told now is tried again next time.
    """
    told = []
    with lapsed(tree.root) as found:
        for one in found:
            try:
                if _tell(one, Telling(documents, schemas, tree), tree):
                    told.append(one.run_id)
            except (MDJourneyError, OSError) as exc:
                log.info("the end of run %s cannot be told yet: %s", one.run_id, exc)
            except (KeyError, ValueError, TypeError) as exc:
                log.warning("the lease of run %s cannot be read and is removed: %s", one.run_id, exc)
                one.settled()
    return told


def _tell(one: Lapsed, telling: Telling, tree: Tree) -> bool:
    if one.facts is None:  # it died before its command was started, or the disk forgot the facts
        known = telling.presume_dead(one.run_id, one.last_seen)
        one.settled()
        return known
    facts = Facts.of(one.facts)
    if "death_timestamp" not in facts.answers:
        end = end_of(one.last_seen, facts.birth, clean=False)
        facts = replace(facts, answers={**facts.answers, **end})
    if not telling.knows(facts.run_id) and not _is_dataset(tree, facts.dataset_path):
        log.warning("run %s is forgotten: %s is no dataset (any more)", facts.run_id, facts.dataset_path)
        one.settled()
        return False
    telling.tell(facts)
    one.settled()
    return True


def _is_dataset(tree: Tree, path: str) -> bool:
    return tree.layout.meaning(path).meaning is Meaning.DATASET and (tree.root / path).is_dir()
