"""`mdjourney run`: a captured command behaves as it would without us, and its document says what happened."""

import hashlib
import json
import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest

from mdjourney_backend.layout import structural_ref

from .conftest import Lab


def sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def test_status_output_and_input_are_the_commands_own(lab: Lab) -> None:
    done = lab.run("sh", "-c", "cat; echo out; echo err >&2; exit 7", stdin="typed\n")
    assert (done.returncode, done.stdout, done.stderr) == (7, "typed\nout\n", "err\n")
    record = lab.record()
    assert (record["exit_status"], record["clean_exit"]) == (7, False)
    assert (record["standard_output_tail"], record["standard_error_tail"]) == ("typed\nout\n", "err\n")


def test_a_command_that_ends_well_ends_clean_and_leaves_no_lease(lab: Lab) -> None:
    assert lab.run("true").returncode == 0
    record = lab.record()
    assert (record["exit_status"], record["clean_exit"], record["run_status"]) == (0, True, "open")
    assert record["birth_timestamp"] <= record["death_timestamp"]
    assert record["command"] == ["true"]
    assert record["working_directory"] == str(lab.base)
    assert record["resource_usage"]["max_memory_bytes"] > 0
    assert lab.leases == []


def test_files_are_told_by_content_and_nothing_else_is_claimed(lab: Lab) -> None:
    (lab.base / "outside.txt").write_text("outside")
    # permissions change once the dataset has been looked at
    script = "until ls ../../.mdjourney/runs/*.json; do :; done; mkdir -p new; cat $1 > new/out.csv; echo more >> old.csv; chmod 600 in.csv; touch .hidden x.tmp"
    done = lab.run("sh", "-c", script, "x", "in.csv", f"--ref={lab.base / 'outside.txt'}", cwd=lab.dataset)
    assert done.returncode == 0
    record = lab.record()
    assert record["output_files"] == [
        {"file_path": "new/out.csv", "checksum": sha256(lab.dataset / "new/out.csv")},
        {"file_path": "old.csv", "checksum": sha256(lab.dataset / "old.csv")},
    ]
    assert record["input_files"] == [
        {"file_path": "in.csv", "checksum": sha256(lab.dataset / "in.csv")},
        {"file_path": str(lab.base / "outside.txt"), "checksum": sha256(lab.base / "outside.txt")},
    ]


def test_an_input_that_the_command_overwrites_is_not_given_its_new_checksum(lab: Lab) -> None:
    path = lab.dataset / "in.csv"
    lab.run("sh", "-c", 'echo new > "$0"', str(path), options=("--input", str(path)))
    record = lab.record()
    (read,) = record["input_files"]
    assert read["file_path"] == "in.csv"
    assert read.get("checksum") != sha256(path)
    assert record["output_files"] == [{"file_path": "in.csv", "checksum": sha256(path)}]


def test_without_a_session_documents_and_outputs_are_described_and_committed(lab: Lab) -> None:
    lab.run("sh", "-c", "echo 1 > made.csv", cwd=lab.dataset)
    structural = json.loads((lab.root / structural_ref("p_Heat/set").path).read_bytes())
    assert "made.csv" in {e["file_path"] for e in structural["file_descriptions"]}
    (run,) = lab.runs()
    log = ["git", "-C", str(lab.root), "log", "--format=%s", "--", run.ref.path]
    subjects = subprocess.run(log, capture_output=True, text=True, check=True).stdout
    assert "start run" in subjects
    assert os.listdir(lab.root / ".mdjourney/inbox") == []


def test_beside_a_leader_documents_are_left_for_it(lab: Lab) -> None:
    from mdjourney_backend.pipeline import led

    with led(lab.root, lab.config(), lab.home) as leader:
        assert leader is not None
        lab.run("true")
        assert len(os.listdir(lab.root / ".mdjourney/inbox")) == 2
        leader.pipeline.run_until_still(60)
        assert os.listdir(lab.root / ".mdjourney/inbox") == []
    assert lab.record()["clean_exit"] is True


def test_a_dataset_that_nobody_described_yet_gets_its_documents(lab: Lab) -> None:
    fresh = lab.root / "p_New/first"
    fresh.mkdir(parents=True)
    command = [*lab.command("true")]
    command[command.index(str(lab.dataset))] = str(fresh)
    assert subprocess.run(command, capture_output=True, timeout=60, check=False).returncode == 0
    assert [r.path.partition("/.metadata")[0] for r in lab.runs()] == ["p_New/first"]


def test_the_record_is_valid_and_owes_only_what_a_person_knows(lab: Lab) -> None:
    lab.run(sys.executable, "-c", "print(1)", options=("--name", "Fit 1"))
    assessed = lab.assessed()
    assert assessed.valid, assessed.errors
    assert {m["pointer"] for m in assessed.missing} <= {"/experimenters"}


def test_no_answer_is_made_up(lab: Lab) -> None:
    lab.run("sh", "-c", "true")
    record = lab.record()
    for key in ("experiment_name", "parameters", "software_used_acquisition_analysis", "code_version"):
        assert key not in record
    for key in ("input_files", "output_files", "standard_output_tail", "links_to_raw_data_files"):
        assert key not in record
    assert "python" not in record["environment"]
    for person in record.get("experimenters", ()):
        assert person["name"].casefold() != record["created_by"].casefold()


def test_parameters_are_numbers_where_they_are_numbers(lab: Lab) -> None:
    given = ("k=3", "rate=0.5", "fast=true", "label=0x", "odd=NaN", "eq=a=b", "empty=", "big=" + "9" * 30)
    lab.run("true", options=tuple(word for g in given for word in ("--param", g)))
    expected = {
        "k": 3,
        "rate": 0.5,
        "fast": True,
        "label": "0x",
        "odd": "NaN",
        "eq": "a=b",
        "empty": "",
        "big": "9" * 30,
    }
    assert lab.record()["parameters"] == expected


def test_arguments_that_are_no_text_are_shown_as_bytes(lab: Lab) -> None:
    done = subprocess.run(
        [*map(os.fsencode, lab.command("printf", "%s")), b"caf\xe9"],
        capture_output=True,
        timeout=60,
        check=False,
    )
    assert (done.returncode, done.stdout) == (0, b"caf\xe9")
    assert lab.record()["command"] == ["printf", "%s", r"caf\xe9"]
    assert lab.assessed().valid


def test_python_names_its_interpreter_and_packages_without_running_what_lies_around(lab: Lab) -> None:
    (lab.dataset / "json.py").write_text("open('ran', 'w')")
    script = lab.base / "tool"
    script.write_text(f"#!{sys.executable} -I\nprint('x')\n")
    script.chmod(0o755)
    lab.run(str(script), cwd=lab.dataset)
    environment = lab.record()["environment"]
    assert environment["python"] == ".".join(map(str, sys.version_info[:3]))
    assert "pydantic" in environment["packages"]
    assert lab.record()["software_used_acquisition_analysis"] == [
        {"name": "Python", "version": environment["python"]}
    ]
    assert not (lab.dataset / "ran").exists()


@pytest.mark.usefixtures("git_identity")
def test_code_version_of_a_clean_a_dirty_and_a_half_tracked_repository(lab: Lab) -> None:
    code = lab.base / "code"
    code.mkdir()
    script = code / "fit.sh"
    script.write_text("exit 0\n")

    def git(*arguments: str) -> str:
        done = subprocess.run(["git", *arguments], cwd=code, capture_output=True, text=True, check=True)
        return done.stdout.strip()

    git("init", "-q")
    git("add", ".")
    git("commit", "-qm", "first")
    git("remote", "add", "origin", "https://ada:s3cret@example.org/fit.git")
    head = git("rev-parse", "HEAD")
    lab.run("sh", "fit.sh", cwd=code)
    clean = lab.record()["code_version"]
    assert clean == {"repository": "https://example.org/fit.git", "commit": head, "dirty": False}
    versions = []
    for text, named in (("exit 0 # now\n", "fit.sh"), ("exit 0\n", "other.sh")):
        script.write_text(text)
        (code / "other.sh").write_text("exit 0\n")
        lab.run("sh", named, cwd=code, options=("--name", named + text))
        records = [json.loads((lab.root / r.ref.path).read_bytes()) for r in lab.runs()]
        versions += [r["code_version"] for r in records if r.get("experiment_name") == named + text]
    changed, untracked = versions
    assert (changed["commit"], changed["dirty"]) == (head, True)
    assert len(changed["diff_sha256"]) == 64
    assert (untracked["commit"], untracked["dirty"]) == (head, True)
    assert "diff_sha256" not in untracked


def test_a_terminal_stays_a_terminal(lab: Lab) -> None:
    ours, theirs = pty.openpty()
    program = "import sys; print(sys.stdout.isatty(), sys.stderr.isatty())"
    with subprocess.Popen(
        lab.command(sys.executable, "-c", program), stdin=theirs, stdout=theirs, stderr=theirs
    ) as process:
        os.close(theirs)
        seen = b""
        while b"\n" not in seen:
            seen += os.read(ours, 1024)
        process.wait(60)
    os.close(ours)
    assert seen == b"True True\r\n"
    assert lab.record()["standard_output_tail"] == "True True\n"


def test_tails_keep_the_last_whole_lines_and_no_colours(lab: Lab) -> None:
    program = "for i in range(20000): print(f'\\033[31mline {i}\\033[0m')\nprint('10%\\r20%\\0')"
    done = lab.run(sys.executable, "-c", program)
    assert done.stdout.count("line ") == 20000
    lines = lab.record()["standard_output_tail"].splitlines()
    assert lines[-2:] == ["line 19999", "20%"]
    assert all(line.startswith("line ") for line in lines[:-1])
    assert 100 < len(lines) < 2000


def test_output_arrives_while_the_command_runs_and_a_reader_that_leaves_is_felt(lab: Lab) -> None:
    process = lab.start("sh", "-c", "echo first; read never; while echo more; do :; done", bufsize=0)
    assert process.stdout is not None
    assert process.stdout.readline() == b"first\n"
    process.stdout.close()
    assert process.stderr is not None
    process.stderr.read()
    process.stderr.close()
    assert process.wait(60) in (0, 1, 2, 128 + 13)


def test_a_grandchild_that_stays_does_not_hold_us(lab: Lab) -> None:
    done = lab.run("sh", "-c", "sleep 600 & echo $!")
    try:
        assert lab.record()["clean_exit"] is True
    finally:
        os.kill(int(done.stdout), 9)


@pytest.mark.parametrize(
    ("words", "status"),
    [(("no-such-program",), 127), (("/etc/hostname",), 126)],
    ids=["absent", "no program"],
)
def test_what_cannot_be_started_is_no_trial(lab: Lab, words: tuple[str, ...], status: int) -> None:
    done = lab.run(*words)
    assert done.returncode == status
    assert words[0] in done.stderr
    assert lab.runs() == []
    assert lab.leases == []


@pytest.mark.parametrize(
    ("where", "said"),
    [
        ("lab/p_Heat", "no dataset but a project"),
        ("lab", "lies in no project"),
        (".", "lies in no tree"),
        ("lab/p_Heat/absent", "no folder"),
        ("lab/p_Heat/.metadata", "no dataset but a project"),
    ],
)
def test_a_place_that_is_no_dataset_is_refused_before_anything_runs(lab: Lab, where: str, said: str) -> None:
    command = lab.command("touch", "ran")
    command[command.index(str(lab.dataset))] = where
    done = subprocess.run(command, cwd=lab.base, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 125
    assert said in done.stderr
    assert not (lab.base / "ran").exists()


def test_an_unknown_template_is_refused_and_an_absent_input_named(lab: Lab) -> None:
    done = lab.run("touch", "ran", options=("--template", "../x"))
    assert (done.returncode, "no template '../x'" in done.stderr) == (125, True)
    done = lab.run("touch", "ran", options=("--input", "absent.csv"))
    assert (done.returncode, "'absent.csv' is not there" in done.stderr) == (2, True)
    assert not (lab.base / "ran").exists()


def test_a_template_that_knows_nothing_of_commands_takes_what_it_knows(lab: Lab) -> None:
    assert lab.run("true", options=("--template", "microscopy_imaging", "--name", "x")).returncode == 0
    record = lab.record()
    assert record["experiment_name"] == "x"
    assert "command" not in record
    assert lab.assessed().valid


def test_a_record_that_cannot_be_written_never_changes_the_commands_status(lab: Lab) -> None:
    runs = lab.dataset / ".metadata/runs"
    done = lab.run("sh", "-c", f"echo in the way > '{runs}'; echo out; exit 4")
    assert (done.returncode, done.stdout) == (4, "out\n")
    assert "not recorded" in done.stderr
    runs.unlink()
    from mdjourney_backend.runs.capturing.sweeping import sweep
    from mdjourney_backend.schemas import SchemaManager

    assert len(sweep(lab.tree(), lab.documents(), SchemaManager(lab.root))) == 1
    record = lab.record()
    assert (record["exit_status"], record["clean_exit"]) == (4, False)
    assert record["standard_output_tail"] == "out\n"


def test_before_the_command_starts_only_the_standard_library_is_loaded() -> None:
    script = (
        "import sys, mdjourney_backend.runs.capturing.command;"
        "print([m for m in ('pydantic','orjson','jsonschema','git','dvc','httpx','subprocess','logging') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
