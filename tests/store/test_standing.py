"""What stands between a tree and the store is told with who is in the way, also after later saves and a new start."""

from dataclasses import replace
from typing import Any

from store.conftest import Lab
from store.memory_outbox import MemoryOutbox, pushed, tree_of

from mdjourney_backend.changes import Ref
from mdjourney_backend.sync import Sync, rebuild
from mdjourney_contract.people import Identity
from mdjourney_store import lifecycle
from mdjourney_store.connection import Store
from mdjourney_store.embedded import Urls
from mdjourney_store.rows import Origin
from mdjourney_store.viewer import Viewer

PROJECT = "p_Study/.metadata/project_descriptive.json"
ADMINISTRATIVE = "p_Study/d_One/.metadata/dataset_administrative.json"


def standing(sync: Sync) -> dict[str, Any]:
    return {each.rel_path: each for each in sync.status().standing}


def held_by_a_copy(lab: Any, urls: Urls) -> Origin:
    """Another tree of somebody else, who sent what this tree says first."""
    other = Origin(
        "11111111-2222-4333-8444-555555555555", "lab-2", "/data/heat", Identity(user_id="carol"), ()
    )
    rebuild(tree_of(lab), urls.backend_url, other)
    return other


def test_a_conflict_names_the_tree_that_holds_the_identifier_and_who_may_know(
    lab: Any, outbox: MemoryOutbox, sync: Sync, urls: Urls, rows: Any
) -> None:
    dataset = lab.dataset(project := lab.project())
    held_by_a_copy(lab, urls)
    outbox.wrote(lab)
    pushed(sync)
    found = standing(sync)
    held = found[PROJECT].held
    assert (held.kind, held.identifier, held.by_store) == ("project", project, False)
    assert (held.host, held.root_path) == ("lab-2", "/data/heat")
    assert ("carol", "local") in held.people
    assert ("bob", "local") not in held.people
    assert (found[ADMINISTRATIVE].held.kind, found[ADMINISTRATIVE].held.identifier) == ("dataset", dataset)
    assert found[PROJECT].reason is None
    rows("UPDATE dataset_detail SET origin_id = NULL")
    later = Sync(MemoryOutbox(), lab.root, urls.backend_url, lab.origin)
    pushed(later)
    assert standing(later)[ADMINISTRATIVE].held.kind == "dataset", "also when another tree holds it by now"
    later.stop()
    assert sync.status().problem == f"held elsewhere is what is said in {PROJECT}, {ADMINISTRATIVE}, " + (
        ADMINISTRATIVE.replace("administrative", "structural")
    )


def test_what_was_let_go_of_is_taken_when_it_is_sent_again_unchanged(
    lab: Any, outbox: MemoryOutbox, sync: Sync, urls: Urls, rows: Any
) -> None:
    """The folder has moved here: the other tree says it is gone, and the owner of this one is an admin of the project."""
    lab.run(dataset := lab.dataset(project := lab.project()))
    other = replace(lab.origin, origin_id="11111111-2222-4333-8444-555555555555")
    rebuild(tree_of(lab), urls.backend_url, other)
    outbox.wrote(lab)
    pushed(sync)
    held = [each.held for each in sync.status().standing]
    assert {each.project_id for each in held if each is not None} == {project}
    assert rebuild(tree_of(lab), urls.backend_url, lab.origin).conflicts, "the other tree has it still"
    away = Lab(lab.root / "nothing here")
    away.root.mkdir()
    rebuild(tree_of(away), urls.backend_url, other)
    events = rows("SELECT count(*) AS n FROM document_event")
    assert rebuild(tree_of(lab), urls.backend_url, lab.origin).conflicts == []
    assert rows("SELECT count(*) AS n FROM document_event") == events, "nothing was saved"
    assert rows("SELECT * FROM sync_conflict") == []
    (found,) = rows(
        "SELECT origin_id::text AS origin, deleted_at FROM dataset_detail WHERE dataset_id = %s", dataset
    )
    assert found == {"origin": lab.origin.origin_id, "deleted_at": None}


def test_what_the_store_holds_itself_has_no_tree(
    lab: Any, outbox: MemoryOutbox, sync: Sync, store: Store
) -> None:
    dataset = lab.dataset(project := lab.project())
    outbox.wrote(lab)
    pushed(sync)
    born = lifecycle.birth(store, Viewer("alice"), project_id=project, metadata={})["trial_id"]
    lab.run(dataset, run_id=born)
    outbox.wrote(lab)
    pushed(sync)
    (one,) = sync.status().standing
    assert one.held is not None
    assert (one.held.kind, one.held.identifier, one.held.by_store) == ("trial", born, True)
    assert (one.held.host, one.held.root_path) == (None, None)


def test_a_document_nothing_can_be_made_of_stands_with_its_reason_until_it_is_mended(
    lab: Any, outbox: MemoryOutbox, sync: Sync, urls: Urls
) -> None:
    project = lab.project()
    lab.dataset(project)
    outbox.wrote(lab)
    lab.write(ADMINISTRATIVE, "{not JSON")
    pushed(sync)
    reason = standing(sync)[ADMINISTRATIVE].reason
    assert reason
    assert sync.status().problem == f"not stored: {ADMINISTRATIVE}: {reason}"
    lab.project(project_identifier=project, project_title="Another title")
    outbox.wrote(lab)
    pushed(sync)
    assert list(standing(sync)) == [ADMINISTRATIVE]
    later = Sync(MemoryOutbox(), lab.root, urls.backend_url, lab.origin)
    pushed(later)
    assert list(standing(later)) == [ADMINISTRATIVE]
    later.stop()
    lab.dataset(project)
    outbox.wrote(lab)
    pushed(sync)
    assert (sync.status().standing, sync.status().problem) == ((), None)


def test_what_was_put_right_elsewhere_is_forgotten_without_a_save(
    lab: Any, outbox: MemoryOutbox, urls: Urls, rows: Any
) -> None:
    rebuild(tree_of(lab), urls.backend_url, lab.origin)
    lab.write(ADMINISTRATIVE, "{not JSON")
    outbox.wrote(lab)
    sync = Sync(outbox, lab.root, urls.backend_url, lab.origin, look_again=0)
    rarely = Sync(MemoryOutbox(), lab.root, urls.backend_url, lab.origin, look_again=3600)
    for each in (sync, rarely):
        pushed(each)
        assert list(standing(each)) == [ADMINISTRATIVE]
    rows("UPDATE metadata_document SET problem = NULL")
    for each in (sync, rarely):
        pushed(each)
        each.stop()
    assert (sync.status().standing, sync.status().problem) == ((), None)
    assert list(standing(rarely)) == [ADMINISTRATIVE]


def test_a_document_that_cannot_be_read_is_told_until_it_was_sent(
    lab: Any, outbox: MemoryOutbox, sync: Sync
) -> None:
    project = lab.project()
    (lab.root / PROJECT).rename(lab.root / "kept.json")
    (lab.root / PROJECT).mkdir()
    outbox.add(Ref("project_descriptive", PROJECT))
    pushed(sync)
    assert standing(sync)[PROJECT].reason
    lab.dataset(project)
    outbox.wrote(lab)
    pushed(sync)
    assert PROJECT in standing(sync), "other saves do not make it better"
    (lab.root / PROJECT).rmdir()
    (lab.root / "kept.json").rename(lab.root / PROJECT)
    outbox.add(Ref("project_descriptive", PROJECT))
    pushed(sync)
    assert PROJECT not in standing(sync)


def test_another_trees_conflicts_are_not_told(lab: Any, outbox: MemoryOutbox, sync: Sync, urls: Urls) -> None:
    lab.project()
    outbox.wrote(lab)
    pushed(sync)
    copy = replace(lab.origin, origin_id="11111111-2222-4333-8444-555555555555")
    assert rebuild(tree_of(lab), urls.backend_url, copy).conflicts == [PROJECT]
    lab.write("p_Study/notes.txt", "x")
    outbox.wrote(lab)
    pushed(sync)
    assert sync.status().standing == ()
