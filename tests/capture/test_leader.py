"""One leader per tree."""

import json
import os
import signal
import subprocess
import sys
import textwrap
from pathlib import Path
from typing import Any

import pytest

from mdjourney_backend.changes import Edit, Ref
from mdjourney_backend.cli.progress import sentence
from mdjourney_backend.documents import Documents
from mdjourney_backend.inbox import Inbox
from mdjourney_backend.leader import LOCK, Leadership, Peer, TreeMissing
from mdjourney_backend.pipeline import led, moment, scan_once
from mdjourney_backend.pipeline.status import Progress
from mdjourney_backend.schemas import SchemaManager
from mdjourney_contract.people import Identity
from mdjourney_contract.problems import Conflict, OutOfTime

JANE = Identity(user_id="jane", name="Jane")


def leadership(site: Any, home: str = "home", **keys: Any) -> Leadership:
    return Leadership(site.root, site.config(**keys), site.root.parent / home)


def test_one_leads_and_the_next_takes_over(site: Any) -> None:
    one, two = leadership(site), leadership(site)
    assert one.tree_id == two.tree_id
    assert one.acquire(lambda: None)
    assert not two.acquire(lambda: None)
    one.release()
    assert two.acquire(lambda: None)
    two.release()


def test_the_same_folder_by_another_path_has_the_same_lock(site: Any) -> None:
    alias = site.root.parent / "alias"
    alias.symlink_to(site.root)
    one = leadership(site)
    assert one.acquire(lambda: None)
    other = Leadership(alias, site.config(), site.home)
    assert not other.acquire(lambda: None)
    one.release()


@pytest.mark.parametrize(
    "differing", [{"project_prefix": "q_"}, {"depth": 2}, {"ignore": ["*.bak"]}, {"history": {"git": False}}]
)
def test_a_config_that_shapes_the_tree_otherwise_is_refused_by_key(
    site: Any, differing: dict[str, Any]
) -> None:
    one = leadership(site)
    assert one.acquire(lambda: None)
    with pytest.raises(Conflict) as refused:
        leadership(site, **differing).acquire(lambda: None)
    assert refused.value.errors[0]["key"] == next(iter(differing))
    one.release()
    alone = leadership(site, **differing)
    assert alone.acquire(lambda: None)
    alone.release()


def test_a_heartbeat_on_another_host_counts_where_flock_does_not_reach(site: Any) -> None:
    import time

    one = leadership(site)
    lock = site.root / ".mdjourney" / LOCK
    lock.write_text(json.dumps({"host": "elsewhere", "boot": "b", "pid": 1, "beat": time.time()}))
    assert not one.acquire(lambda: None)
    lock.write_text(json.dumps({"host": "elsewhere", "boot": "b", "pid": 1, "beat": time.time() - 3600}))
    assert one.acquire(lambda: None)
    one.release()


def test_nested_trees_are_refused_naming_the_holder(site: Any) -> None:
    leadership(site)
    inner = site.root / "p_A" / "d"
    inner.mkdir(parents=True)
    with pytest.raises(Conflict, match=str(site.root)):
        Leadership(inner, site.config(), site.home)
    with pytest.raises(Conflict, match=str(site.root)):
        Leadership(site.root.parent, site.config(), site.home)


def test_a_lost_marker_does_not_make_it_another_tree(site: Any) -> None:
    import shutil

    site.write("p_A/d/a.csv")
    before = leadership(site).tree_id
    shutil.rmtree(site.root / ".mdjourney")
    assert leadership(site).tree_id == before


def test_an_empty_mount_point_is_not_taken_for_the_tree(site: Any) -> None:
    import shutil

    leadership(site)
    shutil.rmtree(site.root / ".mdjourney")
    with pytest.raises(TreeMissing, match="mounted"):
        leadership(site)
    assert list(site.root.iterdir()) == []


def test_peer_file_is_private_and_goes_with_the_leader(site: Any) -> None:
    one = leadership(site)
    assert one.acquire(lambda: None)
    one.announce(Peer("127.0.0.1", 8101, "s3cret"))
    path = one.journal_dir / "peer.json"
    assert path.stat().st_mode & 0o777 == 0o600
    assert leadership(site).peer() == Peer("127.0.0.1", 8101, "s3cret")
    one.release()
    assert not path.exists()


def test_the_lock_of_a_killed_leader_is_free(site: Any, eventually: Any) -> None:
    site.write("p_A/d/a.csv")
    child = _leader_process(site)
    try:
        eventually(lambda: (site.root / ".mdjourney" / "lock").stat().st_size > 0)
        assert not leadership(site).acquire(lambda: None)
    finally:
        child.kill()
        child.wait()
    one = leadership(site)
    # a child of it that was just being made holds what it held until it is a program of its own
    eventually(lambda: one.acquire(lambda: None))
    one.release()


def _leader_process(site: Any) -> "subprocess.Popen[bytes]":
    code = textwrap.dedent(
        """
        import sys, signal
        from pathlib import Path
        from mdjourney_backend.pipeline import led
        from mdjourney_contract.session_config import SessionConfig
        config = SessionConfig.model_validate_json(sys.argv[1])
        with led(Path(config.monitor_path), config, Path(sys.argv[2])) as parts:
            parts.pipeline.start()
            signal.pause()
        """
    )
    config = site.config().model_dump_json()
    return subprocess.Popen([sys.executable, "-c", code, config, str(site.home)])


def test_a_leader_killed_at_any_moment_converges(site: Any, eventually: Any) -> None:
    """kill -9 at different points of an ingest; the next scan has every file once, committed."""
    for n in range(400):
        site.write(f"p_A/d/{n}.csv", f"row {n}")
    for step in range(4):
        child = _leader_process(site)
        wanted = [".mdjourney/lock", ".git", "p_A/.metadata/project_descriptive.json", "p_A/d/.metadata"][
            step
        ]
        eventually(lambda path=wanted: (site.root / path).exists())
        child.send_signal(signal.SIGKILL)
        child.wait()
        site.write(f"p_A/d/during-{step}.csv", f"{step}")
    site.scan()
    entries = site.entries("p_A/d")
    assert len(entries) == 404
    assert {e["status"] for e in entries.values()} == {"present"}
    done = subprocess.run(
        ["git", "status", "--porcelain", "--untracked-files=no"],
        cwd=site.root,
        capture_output=True,
        text=True,
    )
    assert done.stdout == ""
    leavings = [p for p in site.root.rglob(".metadata/*") if p.name.startswith(".") and p.suffix == ".tmp"]
    assert not leavings


def test_a_follower_leaves_what_it_wrote_with_its_author(site: Any, eventually: Any) -> None:
    site.write("p_A/d/a.csv")
    with site.leading() as leader:
        eventually(lambda: leader.pipeline.status().in_step)
        ref = Ref("project_descriptive", "p_A/.metadata/project_descriptive.json")
        inbox = Inbox(site.root)
        follower = Documents(site.root, SchemaManager(site.root), inbox)
        for title in ("one", "two"):
            edit = Edit(ref, lambda c, t=title: {**(c or {}), "project_title": t}, f"title {title}")
            follower.apply(edit, actor=JANE)
        eventually(lambda: leader.pipeline.status().in_step and not inbox.names())
        log = subprocess.run(
            ["git", "log", "--format=%an|%s", "-2", "--", ref.path],
            cwd=site.root,
            capture_output=True,
            text=True,
        ).stdout.splitlines()
    assert log == ["Jane|title two", "Jane|title one"]


def test_scan_asks_the_leader_when_there_is_one(site: Any, eventually: Any) -> None:
    site.write("p_A/d/a.csv")
    with site.leading(watch="off") as leader:
        eventually(lambda: leader.pipeline.status().in_step)
        site.write("p_A/d/late.csv")
        outcome = scan_once(site.root, site.config(), site.home, timeout=60)
        assert not outcome.led
        assert "late.csv" in site.entries("p_A/d"), "the scan returned before the leader was done"
        assert leader.pipeline.status().in_step


def test_a_scan_tells_how_far_it_has_come(site: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(moment, "_TELL", 0.002)
    for number in range(400):
        site.write(f"p_A/d/{number}.csv", f"x\n{number}\n")
    told: list[Progress] = []
    assert scan_once(site.root, site.config(settle_seconds=0), site.home, 60, told.append).led
    assert told, "a scan of 400 files came and went unseen"
    assert all(0 <= p.files_done < p.files_total <= 400 and p.bytes_total > 0 for p in told)


def test_progress_is_one_sentence() -> None:
    done = Progress(1200, 10_000, 4_900_000, 41_000_000, 420.4, 20.9)
    assert sentence(done) == "1,200 of 10,000 files, 4.9 MB of 41.0 MB, 420 files/s, 21 s left"


def test_a_scan_leads_itself_when_the_leader_goes_without_answering(site: Any) -> None:
    site.write("p_A/d/a.csv")
    with led(site.root, site.config(), site.home) as leader:  # it leads, but its pipeline never looks
        assert leader is not None
        with pytest.raises(OutOfTime):
            scan_once(site.root, site.config(), site.home, timeout=0.3)
    assert scan_once(site.root, site.config(settle_seconds=0), site.home, timeout=60).led
    assert "a.csv" in site.entries("p_A/d")
    assert Inbox(site.root).names() == []


def test_an_unreadable_intent_is_set_aside(site: Any) -> None:
    inbox = Inbox(site.root)
    inbox.ask_for_rescan()
    bad = site.root / ".mdjourney/inbox/0-bad.json"
    bad.write_text("{")
    taken = list(inbox.take())
    assert [i.write for i in taken] == [None]
    assert not bad.exists()


def test_a_lease_check_does_not_kill_us_and_sees_a_writer(tmp_path: Path) -> None:
    from mdjourney_backend.pipeline.settling import open_for_writing

    file = tmp_path / "f"
    file.write_text("x")
    assert not open_for_writing(file)
    with file.open("a"):
        assert open_for_writing(file)
    assert not open_for_writing(file)
    assert not open_for_writing(tmp_path / "absent")


def test_a_broken_lease_would_kill_without_the_harmless_signal() -> None:
    """The control: with the default signal a writer that comes while the lease is held ends the process."""
    code = textwrap.dedent(
        """
        import fcntl, os, signal, subprocess, sys, tempfile
        made, path = tempfile.mkstemp()
        os.close(made)
        fd = os.open(path, os.O_RDONLY)
        if sys.argv[1] == "harmless":
            fcntl.fcntl(fd, fcntl.F_SETSIG, signal.SIGURG)
        fcntl.fcntl(fd, fcntl.F_SETLEASE, fcntl.F_RDLCK)
        writer = subprocess.Popen([sys.executable, "-c", f"open({path!r}, 'a')"])
        try:
            signal.sigtimedwait([signal.SIGRTMAX], 3) if sys.argv[1] == "harmless" else signal.pause()
        finally:
            os.close(fd)
            writer.wait()
            os.unlink(path)
        """
    )

    def ends(kind: str) -> int:
        return subprocess.run([sys.executable, "-c", code, kind], timeout=60).returncode

    assert ends("default") == -signal.SIGIO
    assert ends("harmless") == 0


def test_nothing_of_ours_is_left_running(site: Any) -> None:
    import threading

    before = {t.name for t in threading.enumerate()}
    site.write("p_A/d/a.csv")
    with site.leading():
        pass
    assert {t.name for t in threading.enumerate() if t.name.startswith("mdj-")} <= before
    assert os.listdir(site.root / ".mdjourney") != []
