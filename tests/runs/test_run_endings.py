"""Every way a captured run can be cut short ends in its document."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from harness.waiting import until

from mdjourney_backend.changes import Edit
from mdjourney_backend.runs.capturing.sweeping import sweep
from mdjourney_backend.schemas import SchemaManager
from mdjourney_contract.people import SYSTEM

from .conftest import Lab

_TRAP = "trap 'echo got {0}; exit {1}' {0}; echo ready; while :; do sleep 0.05; done"


def swept(lab: Lab) -> list[str]:
    return sweep(lab.tree(), lab.documents(), SchemaManager(lab.root))


def ready(process: "subprocess.Popen[bytes]") -> int:
    """The number the command prints first."""
    assert process.stdout is not None
    return int(process.stdout.readline())


def finish(process: "subprocess.Popen[bytes]") -> int:
    status = process.wait(60)
    for stream in (process.stdout, process.stderr):
        assert stream is not None
        stream.close()
    return status


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_is_passed_on_and_the_run_ends_as_such(lab: Lab, number: signal.Signals) -> None:
    process = lab.start("sh", "-c", "echo $$; exec sleep 600")
    ready(process)
    process.send_signal(number)
    assert finish(process) == 128 + number
    record = lab.record()
    assert (record["exit_status"], record["clean_exit"]) == (-number, False)
    assert "death_timestamp" in record
    assert lab.leases == []


def test_a_command_that_handles_a_signal_has_the_last_word(lab: Lab) -> None:
    process = lab.start("bash", "-c", "echo $$; " + _TRAP.format("TERM", 0))
    ready(process)
    assert process.stdout is not None
    assert process.stdout.readline() == b"ready\n"
    process.send_signal(signal.SIGTERM)
    assert process.stdout.readline() == b"got TERM\n"
    assert finish(process) == 0
    assert lab.record()["clean_exit"] is True


def test_ctrl_c_at_a_terminal_reaches_the_command_once(lab: Lab) -> None:
    program = (
        "import signal, time, os\n"
        "got = []\n"
        "signal.signal(signal.SIGINT, lambda *_: got.append(1))\n"
        "print('ready', flush=True)\n"
        "while not got: time.sleep(0.02)\n"
        "time.sleep(0.3)\n"
        "print('times', len(got), flush=True)\n"
    )
    import pty

    pid, terminal = pty.fork()
    if pid == 0:
        command = lab.command(sys.executable, "-c", program)
        os.execv(command[0], command)
    seen = b""
    while b"ready" not in seen:
        seen += os.read(terminal, 1024)
    os.write(terminal, b"\x03")
    while b"times" not in seen or not seen.endswith(b"\n"):
        seen += os.read(terminal, 1024)
    _, status = os.waitpid(pid, 0)
    os.close(terminal)
    assert b"times 1" in seen
    assert os.waitstatus_to_exitcode(status) == 0


def test_kill_9_of_the_command_is_recorded(lab: Lab) -> None:
    process = lab.start("sh", "-c", "echo $$; exec sleep 600")
    os.kill(ready(process), signal.SIGKILL)
    assert finish(process) == 128 + 9
    record = lab.record()
    assert (record["exit_status"], record["clean_exit"]) == (-9, False)


def test_kill_9_of_mdjourney_run_ends_unclean_at_the_last_sign_of_life(lab: Lab) -> None:
    process = lab.start("sh", "-c", "echo $$; exec sleep 600", options=("--name", "doomed"))
    command = ready(process)
    try:
        assert "death_timestamp" not in lab.begun()
        assert swept(lab) == []
        process.kill()
        finish(process)
        (run,) = lab.runs()
        assert swept(lab) == [run.run_id]
        record = lab.record()
        assert (record["clean_exit"], record["experiment_name"]) == (False, "doomed")
        assert record["death_timestamp"] >= record["birth_timestamp"]
        assert "exit_status" not in record
        assert lab.assessed().valid
        assert (swept(lab), lab.leases) == ([], [])
    finally:
        os.kill(command, signal.SIGKILL)


def test_killed_before_its_document_was_made_it_is_told_all_the_same(lab: Lab) -> None:
    hold = lab.dataset / ".metadata/runs"
    hold.write_text("nothing can be made here")
    process = lab.start("sh", "-c", "echo $$; exec sleep 600")
    command = ready(process)
    try:
        until(lambda: any(name.endswith(".json") for name in lab.leases), why="the facts of the lease")
        process.kill()
        finish(process)
        hold.unlink()
        assert len(swept(lab)) == 1
        record = lab.record()
        assert (record["command"][0], record["clean_exit"]) == ("sh", False)
    finally:
        os.kill(command, signal.SIGKILL)


def test_on_another_computer_silence_counts_only_after_the_lease(lab: Lab) -> None:
    process = lab.start("sh", "-c", "echo $$; exec sleep 600", options=("--lease", "50"))
    command = ready(process)
    try:
        lab.begun()
        process.kill()
        finish(process)
        (alive,) = (lab.root / ".mdjourney/runs").glob("*.alive")
        facts = alive.with_suffix(".json")
        facts.write_text(json.dumps({**json.loads(facts.read_text()), "kernel": "another"}))
        assert swept(lab) == []
        age(alive, 51)
        assert len(swept(lab)) == 1
    finally:
        os.kill(command, signal.SIGKILL)


def test_a_suspended_run_is_alive_however_long_it_is_silent(lab: Lab) -> None:
    process = lab.start("sh", "-c", "echo $$; exec sleep 600")
    command = ready(process)
    try:
        lab.begun()
        process.send_signal(signal.SIGSTOP)
        (alive,) = (lab.root / ".mdjourney/runs").glob("*.alive")
        age(alive, 10_000)
        assert swept(lab) == []
        process.send_signal(signal.SIGCONT)
    finally:
        os.kill(command, signal.SIGTERM)
    assert finish(process) == 128 + 15
    assert lab.record()["exit_status"] == -15


def test_a_lease_gives_signs_of_life(lab: Lab) -> None:
    process = lab.start("sh", "-c", "echo $$; exec sleep 600", options=("--lease", "1"))
    command = ready(process)
    (alive,) = (lab.root / ".mdjourney/runs").glob("*.alive")
    long_ago = age(alive, 10_000)
    until(lambda: alive.stat().st_mtime > long_ago + 1000)
    os.kill(command, signal.SIGTERM)
    assert finish(process) == 128 + 15


def test_what_a_person_typed_meanwhile_stays(lab: Lab) -> None:
    process = lab.start("sh", "-c", "echo $$; exec sleep 600", options=("--param", "k=1"))
    command = ready(process)
    lab.begun()
    (run,) = lab.runs()
    typed = {"experiment_name": "typed", "parameters": {"k": 2, "j": 5}, "qc_assessment": "Pass"}
    lab.documents().apply(Edit(run.ref, lambda before: {**(before or {}), **typed}, "type"), actor=SYSTEM)
    os.kill(command, signal.SIGTERM)
    finish(process)
    record = lab.record()
    assert {key: record[key] for key in typed} == typed
    assert record["exit_status"] == -15


def test_a_run_abandoned_meanwhile_keeps_its_death(lab: Lab) -> None:
    process = lab.start("sh", "-c", "echo $$; exec sleep 600")
    command = ready(process)
    lab.begun()
    (run,) = lab.runs()
    end = {"run_status": "abandoned", "death_timestamp": "2026-11-22T00:00:00Z", "clean_exit": False}
    lab.documents().apply(Edit(run.ref, lambda before: {**(before or {}), **end}, "abandon"), actor=SYSTEM)
    os.kill(command, signal.SIGTERM)
    finish(process)
    assert {key: lab.record()[key] for key in end} == end


def test_a_lease_nobody_can_read_is_removed_and_one_without_facts_was_no_run(lab: Lab) -> None:
    folder = lab.root / ".mdjourney/runs"
    folder.mkdir()
    for name in ("a", "b"):
        (folder / f"{name}.alive").touch()
        age(folder / f"{name}.alive", 10_000)
    (folder / "b.json").write_text('{"birth": 3, "run_id": "b"}')
    assert swept(lab) == []
    assert lab.leases == []


def test_facts_the_disk_forgot_leave_a_document_that_is_ended_all_the_same(lab: Lab) -> None:
    process = lab.start("sh", "-c", "echo $$; exec sleep 600")
    command = ready(process)
    try:
        lab.begun()
        process.kill()
        finish(process)
        (alive,) = (lab.root / ".mdjourney/runs").glob("*.alive")
        alive.with_suffix(".json").write_text("")
        assert swept(lab) == []
        age(alive, 10_000)
        assert len(swept(lab)) == 1
        record = lab.record()
        assert (record["clean_exit"], record["death_timestamp"]) == (False, record["birth_timestamp"])
    finally:
        os.kill(command, signal.SIGKILL)


def test_a_run_of_a_dataset_that_is_gone_is_forgotten(lab: Lab) -> None:
    import shutil

    process = lab.start("sh", "-c", "echo $$; exec sleep 600")
    command = ready(process)
    try:
        lab.begun()
        process.kill()
        finish(process)
        shutil.rmtree(lab.dataset)
        assert (swept(lab), lab.leases) == ([], [])
    finally:
        os.kill(command, signal.SIGKILL)


def test_a_folder_that_an_ignore_rule_keeps_out_is_said_to_be_no_dataset_and_forgotten(lab: Lab) -> None:
    ignored = lab.root / "p_Heat/old.tmp"
    ignored.mkdir()
    command = lab.command("true")
    command[command.index(str(lab.dataset))] = str(ignored)
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, "makes it no dataset" in done.stderr) == (0, True)
    assert (swept(lab), lab.leases, lab.runs()) == ([], [], [])


def test_a_record_that_could_not_be_begun_still_ends_as_the_command_did(lab: Lab) -> None:
    marker = lab.root / ".mdjourney/marker.json"
    good = marker.read_text()
    held = json.loads(good)
    marker.write_text(json.dumps({**held, "keys": {**held["keys"], "checksum": "md5"}}))
    done = lab.run("sh", "-c", "echo out; exit 3")
    marker.write_text(good)
    assert (done.returncode, "not recorded yet" in done.stderr) == (3, True)
    assert len(swept(lab)) == 1
    record = lab.record()
    assert (record["exit_status"], record["standard_output_tail"]) == (3, "out\n")


def age(path: Path, seconds: float) -> float:
    """Make a file so much older; answers when it changed last by then."""
    moment = path.stat().st_mtime - seconds
    os.utime(path, (moment, moment))
    return moment
