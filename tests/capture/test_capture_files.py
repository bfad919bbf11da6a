"""Files of a dataset through a running leader: every one described once, with the right hash."""

import hashlib
import os
import subprocess
import threading
from pathlib import Path
from typing import Any

import pytest

NAMES = [
    "line\nbreak.txt",
    "-rf",
    "x" * 255,
    "na\u00efve-nfc.txt",
    "nai\u0308ve-nfd.txt",
    "\U0001f9ea sample.csv",
    "environment.csv",
    "dots..txt",
    "p_distances",
    " leading and trailing ",
    "quote\"'back\\slash",
    "CON",
    "\u202eright-to-left",
]


def sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def git(root: Path, *arguments: str) -> str:
    done = subprocess.run(["git", *arguments], cwd=root, capture_output=True, text=True, check=True)
    return done.stdout


def test_a_dropped_folder_is_described_committed_and_in_step(site: Any, eventually: Any) -> None:
    with site.leading() as leader:
        site.write("p_Study/rna/a.csv", "x,y\n1,2\n")
        site.write("p_Study/rna/deep/er/b.bin", bytes(range(256)))
        eventually(lambda: set(site.entries("p_Study/rna")) == {"a.csv", "deep/er/b.bin"})
        eventually(lambda: leader.pipeline.status().in_step)
    for path, entry in site.entries("p_Study/rna").items():
        assert entry["checksum"] == sha256(site.root / "p_Study/rna" / path)
        assert (entry["status"], entry["version_state"]) == ("present", "V1")
    tracked = git(site.root, "ls-files").splitlines()
    assert "p_Study/rna/.metadata/dataset_structural.json" in tracked
    assert not [t for t in tracked if t.endswith(".csv")]
    assert git(site.root, "status", "--porcelain", "--untracked-files=no") == ""


@pytest.mark.parametrize("name", NAMES, ids=ascii)
def test_any_utf8_name_is_described(site: Any, name: str) -> None:
    site.write(f"p_A/d/{name}", "content of it")
    site.scan()
    assert set(site.entries("p_A/d")) == {name}


def test_nfc_and_nfd_are_two_files(site: Any) -> None:
    site.write("p_A/d/\u00e9", "composed")
    site.write("p_A/d/e\u0301", "decomposed")
    site.scan()
    assert len(site.entries("p_A/d")) == 2


def test_a_name_that_is_not_utf8_is_told_not_swallowed(site: Any) -> None:
    site.write("p_A/d/good", "x")
    (Path(os.fsdecode(os.fsencode(site.root / "p_A/d") + b"/bad\xff.txt"))).write_text("y")
    site.scan()
    assert set(site.entries("p_A/d")) == {"good"}
    with site.leading() as leader:
        skipped = {s.path: s.reason for s in leader.tree.skipped()}
    assert skipped == {"p_A/d/bad\\xff.txt": "the name is not UTF-8"}


def test_empty_files_links_and_special_files(site: Any) -> None:
    site.write("p_A/d/empty", b"")
    (site.root / "p_A/d/link").symlink_to("/etc/passwd")
    (site.root / "p_A/d/loop").symlink_to(".")
    os.mkfifo(site.root / "p_A/d/pipe")
    site.scan()
    entries = site.entries("p_A/d")
    assert set(entries) == {"empty", "link", "loop"}
    assert entries["empty"]["file_size_bytes"] == 0
    assert (entries["link"]["file_type_os"], entries["link"]["symlink_target"]) == ("symlink", "/etc/passwd")
    assert entries["link"]["checksum"] == hashlib.sha256(b"/etc/passwd").hexdigest()


def test_nothing_is_ignored_silently(site: Any) -> None:
    site.write("notes.txt")
    site.write("other/x.csv")
    site.write("p_A/readme.md")
    site.write("p_A/d/part.tmp")
    site.write("p_A/d/.hidden")
    site.write("p_A/d/data.csv")
    site.scan()
    with site.leading() as leader:
        skipped = {s.path for s in leader.tree.skipped()}
    assert skipped == {"notes.txt", "other", "p_A/readme.md", "p_A/d/part.tmp", "p_A/d/.hidden"}


def test_change_remove_and_return(site: Any) -> None:
    file = site.write("p_A/d/a.csv", "one")
    site.scan()
    first = site.entries("p_A/d")["a.csv"]
    file.write_text("two two")
    site.scan()
    second = site.entries("p_A/d")["a.csv"]
    assert second["file_identifier"] == first["file_identifier"]
    assert second["checksum"] == sha256(file)
    file.unlink()
    site.scan()
    assert site.entries("p_A/d")["a.csv"]["status"] == "removed"
    file.write_text("two two")
    site.scan()
    back = site.entries("p_A/d")["a.csv"]
    assert (back["status"], back["file_identifier"]) == ("present", first["file_identifier"])


def test_a_change_within_the_clock_tick_is_found(site: Any) -> None:
    file = site.write("p_A/d/a", "11111")
    site.scan()
    before = file.stat()
    file.write_text("22222")
    os.utime(file, ns=(before.st_atime_ns, before.st_mtime_ns))
    site.scan()
    assert site.entries("p_A/d")["a"]["checksum"] == hashlib.sha256(b"22222").hexdigest()


def test_a_moved_file_keeps_its_identifier_inside_a_dataset(site: Any) -> None:
    file = site.write("p_A/d/a.csv", "moves")
    site.write("p_A/d/b.csv", "stays")
    site.scan()
    before = site.entries("p_A/d")["a.csv"]["file_identifier"]
    (site.root / "p_A/d/sub").mkdir()
    file.rename(site.root / "p_A/d/sub/c.csv")
    site.scan()
    entries = site.entries("p_A/d")
    assert set(entries) == {"b.csv", "sub/c.csv"}
    assert entries["sub/c.csv"]["file_identifier"] == before
    assert entries["sub/c.csv"]["previous_paths"] == ["a.csv"]


def test_a_renamed_folder_inside_a_dataset_is_not_read_again(site: Any) -> None:
    for n in range(20):
        site.write(f"p_A/d/run1/{n}.csv", f"file {n}")
    site.scan()
    ids = {p: e["file_identifier"] for p, e in site.entries("p_A/d").items()}
    (site.root / "p_A/d/run1").rename(site.root / "p_A/d/run2")
    atimes = {p: p.stat().st_atime_ns for p in (site.root / "p_A/d/run2").iterdir()}
    site.scan()
    after = site.entries("p_A/d")
    assert {p.replace("run2", "run1"): e["file_identifier"] for p, e in after.items()} == ids
    assert {p: p.stat().st_atime_ns for p in (site.root / "p_A/d/run2").iterdir()} == atimes


def test_a_file_moved_to_another_dataset_brings_what_was_typed(site: Any) -> None:
    file = site.write("p_A/d1/a.csv", "moves over")
    site.write("p_A/d2/b.csv", "there")
    site.scan()
    structural = site.document("p_A/d1", "dataset_structural")
    (entry,) = structural["file_descriptions"]
    site.edit("p_A/d1", "dataset_structural", file_descriptions=[{**entry, "role": "raw"}])
    file.rename(site.root / "p_A/d2/renamed.csv")
    site.scan()
    assert site.entries("p_A/d1") == {}
    arrived = site.entries("p_A/d2")["renamed.csv"]
    assert arrived["file_identifier"] == entry["file_identifier"]
    assert arrived["role"] == "raw"
    assert arrived["previous_paths"] == ["p_A/d1/a.csv"]


def test_copies_are_new_files(site: Any) -> None:
    site.write("p_A/d/a.csv", "same bytes")
    site.scan()
    site.write("p_A/d/b.csv", "same bytes")
    site.scan()
    entries = site.entries("p_A/d")
    assert entries["a.csv"]["file_identifier"] != entries["b.csv"]["file_identifier"]
    assert "previous_paths" not in entries["b.csv"]


def test_a_file_being_written_is_taken_once_and_whole(site: Any, eventually: Any) -> None:
    with site.leading(settle_seconds=0.1) as leader:
        site.write("p_A/d/other", "x")
        file = site.root / "p_A/d/rows.csv"
        done = threading.Event()

        def write() -> None:
            with file.open("w") as rows:
                for n in range(300):
                    rows.write(f"{n},{n * n}\n")
                    rows.flush()
                    done.wait(0.005)

        writer = threading.Thread(target=write)
        writer.start()
        states = set()
        while writer.is_alive():
            entry = site.entries("p_A/d").get("rows.csv") if _has_document(site) else None
            states.add(None if entry is None else entry["status"])
            leader.pipeline.mark("p_A/d/rows.csv")
            done.wait(0.02)
        writer.join()
        assert states == {None}
        eventually(lambda: site.entries("p_A/d")["rows.csv"]["checksum"] == sha256(file))


def _has_document(site: Any) -> bool:
    return (site.root / "p_A/d/.metadata/dataset_structural.json").is_file()


def test_a_file_that_never_settles_is_listed_and_holds_up_nothing(site: Any, eventually: Any) -> None:
    from mdjourney_backend.pipeline.pipeline import Pipeline
    from mdjourney_backend.pipeline.settling import Settling

    with site.leading(settle_seconds=0.05) as leader:
        pipeline: Pipeline = leader.pipeline
        pipeline._passing._ingest._settling = Settling(0.05, growing_after=0.1)
        held = (site.write("p_A/d/stream.log", "a")).open("a")
        try:
            site.write("p_A/d/b.csv", "quick")
            eventually(lambda: site.entries("p_A/d")["b.csv"]["status"] == "present")

            def grows() -> bool:
                held.write("more\n")
                held.flush()
                pipeline.mark("p_A/d/stream.log")
                return bool(
                    site.entries("p_A/d").get("stream.log", {}).get("status") == "growing"
                    and "p_A/d/stream.log" in pipeline.status().growing
                )

            eventually(grows)
        finally:
            held.close()
        eventually(lambda: site.entries("p_A/d")["stream.log"]["status"] == "present")
        assert site.entries("p_A/d")["stream.log"]["checksum"] == sha256(site.root / "p_A/d/stream.log")


def test_a_burst_with_the_watcher_off_is_complete(site: Any) -> None:
    for n in range(3000):
        site.write(f"p_A/d/{n % 7}/{n}.csv", f"row {n}\n")
    site.scan(watch="off")
    entries = site.entries("p_A/d")
    assert len(entries) == 3000
    for path, entry in entries.items():
        assert entry["checksum"] == sha256(site.root / "p_A/d" / path)
    commits = git(site.root, "log", "--format=%s").splitlines()
    assert len(commits) < 20


def test_user_data_is_never_touched(site: Any) -> None:
    file = site.write("p_A/d/a.csv", "mine")
    file.chmod(0o640)
    os.utime(file, ns=(10**18, 10**18))
    before = file.stat()
    site.scan()
    after = file.stat()
    same = ("st_ino", "st_mode", "st_mtime_ns", "st_ctime_ns", "st_size", "st_uid", "st_nlink")
    assert [getattr(before, k) for k in same] == [getattr(after, k) for k in same]


def test_a_second_scan_writes_and_commits_nothing(site: Any) -> None:
    site.write("p_A/d/a.csv", "x")
    site.scan()
    head = git(site.root, "rev-parse", "HEAD")
    stats = {p: p.stat().st_mtime_ns for p in site.root.rglob(".metadata/*.json")}
    site.scan()
    assert git(site.root, "rev-parse", "HEAD") == head
    assert {p: p.stat().st_mtime_ns for p in site.root.rglob(".metadata/*.json")} == stats


def test_a_lost_journal_is_rebuilt_and_nothing_changes(site: Any) -> None:
    import shutil

    site.write("p_A/d/a.csv", "x")
    site.write("p_A/e/b.csv", "y")
    site.scan()
    before = {p: p.read_bytes() for p in site.root.rglob(".metadata/*.json")}
    head = git(site.root, "rev-parse", "HEAD")
    shutil.rmtree(site.home)
    site.scan()
    assert {p: p.read_bytes() for p in site.root.rglob(".metadata/*.json")} == before
    assert git(site.root, "rev-parse", "HEAD") == head


def test_history_that_was_switched_off_keeps_nobody_waiting(site: Any) -> None:
    from mdjourney_backend.changes import Ref
    from mdjourney_backend.journal import Journal
    from mdjourney_contract.clock import now
    from mdjourney_contract.people import SYSTEM

    path = site.home / "j" / "journal.sqlite"
    journal = Journal.open(path, ["history"])
    journal.outbox.add(Ref("file", "a"), b"x", "", SYSTEM, now(), "s")
    assert journal.waiting("history") == 1
    journal.close()
    journal = Journal.open(path, [])
    assert journal.waiting("history") == 0
    journal.close()
    journal = Journal.open(path, ["history"])
    assert journal.waiting("history") == 1, "it is recorded when history is switched on again"
    journal.close()


def test_an_older_document_put_in_the_place_of_ours_is_brought_up_to_date(site: Any) -> None:
    site.write("p_A/d/a.csv")
    site.scan()
    path = site.root / "p_A/d/.metadata/dataset_structural.json"
    older = path.read_bytes()
    site.write("p_A/d/late.csv", "late")
    site.scan()
    known = site.entries("p_A/d")["late.csv"]["file_identifier"]
    path.write_bytes(older)
    site.scan()
    site.scan()
    assert site.entries("p_A/d")["late.csv"]["file_identifier"] == known


def test_a_mistake_of_ours_does_not_end_the_thread_that_looks(
    site: Any, eventually: Any, monkeypatch: Any
) -> None:
    from mdjourney_backend.pipeline.ingest import Ingest

    site.write("p_A/d/a.csv")
    whole = Ingest.bring_in_step
    failed: list[int] = []

    def once(self: Any, *given: Any) -> Any:
        if not failed:
            failed.append(1)
            raise KeyError("a mistake")
        return whole(self, *given)

    monkeypatch.setattr(Ingest, "bring_in_step", once)
    with site.leading() as leader:
        eventually(lambda: failed and leader.pipeline.status().in_step)
    assert "a.csv" in site.entries("p_A/d")
