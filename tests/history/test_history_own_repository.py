"""In a repository that we created: what is recorded, by whom, and that git finds nothing left to do."""

import os
from datetime import UTC, datetime

import pytest

from mdjourney_backend.history import HistoryUnavailable


def test_a_new_tree_gets_a_repository_of_ours_and_a_clean_status(open_history, git, save, batch, document):
    history = open_history()
    assert history.mode == "own"
    history.commit(batch(dict(history.prepare())))
    history.commit(batch(save(document, b"{}\n"), subject="p_Study/rnaseq: describe"))
    save("p_Study/rnaseq/reads.fastq", b"@r\nA\n+\nI\n")
    save("p_Study/rnaseq/deep/er/counts.csv", b"a,b\n")
    assert git("status", "--porcelain") == ""
    assert git("log", "-1", "--format=%an|%ae|%cn|%s|%at").strip() == (
        "Ada Lovelace|ada@example.org|mdjourney|p_Study/rnaseq: describe|1795341600"
    )
    assert git("fsck", "--strict") == ""


def test_data_is_ignored_but_pointers_documents_and_files_outside_datasets_are_not(open_history, git, save):
    open_history().prepare()
    for path in ("a.csv", "sub/b.csv", ".hidden", "sub/deep/c"):
        save(f"p_Study/rnaseq/{path}", b"x")
    kept = {
        "p_Study/rnaseq/a.csv.dvc",
        "p_Study/rnaseq/sub/deep/c.dvc",
        "p_Study/rnaseq/.metadata/runs/1/experiment_contextual.json",
        "p_Study/.metadata/project_descriptive.json",
        "p_Study/notes.txt",
        ".metadata/instruments/m/instrument_technical.json",
        "other/readme.txt",
    }
    for path in kept:
        save(path, b"x")
    seen = set(git("status", "--porcelain", "-uall", "-z").replace("?? ", "").split("\0")) - {""}
    assert seen == {".gitignore", *kept}


def test_two_people_who_save_fast_are_two_commits_with_the_content_of_each(
    open_history, git, save, batch, ada, bob, document
):
    history = open_history()
    first, second = {document: b'{"a": 1}\n'}, {document: b'{"a": 2}\n'}
    save(document, b'{"a": 2}\n')  # the disk is already further
    one = history.commit(batch(first, ada, "ada's"))
    two = history.commit(batch(second, bob, "bob's"))
    assert git("log", "--format=%an").split("\n")[:2] == ["Bob", "Ada Lovelace"]
    assert history.content(one, document) == b'{"a": 1}\n'
    assert history.content(two, document) == b'{"a": 2}\n'
    assert git("status", "--porcelain", "-uno") == ""


def test_what_is_recorded_already_makes_no_commit(open_history, save, batch, document):
    history = open_history()
    assert history.commit(batch(save(document, b"{}\n")))
    assert history.commit(batch({document: b"{}\n"})) is None
    assert history.commit(batch({"p_Study/never/was": None})) is None
    assert open_history().commit(batch({document: b"{}\n"})) is None


def test_a_removed_path_goes_from_the_branch_and_the_index(open_history, git, tree, save, batch, document):
    history = open_history()
    history.commit(batch(save(document, b"{}\n")))
    (tree / document).unlink()
    assert history.commit(batch({document: None}))
    assert git("ls-files") == ""
    assert history.latest(document) == b"{}\n"


def test_staged_work_stays_staged_and_out_of_our_commit(open_history, git, save, batch, document):
    history = open_history()
    history.commit(batch(save(document, b"{}\n")))
    save("notes.md", b"mine")
    git("add", "notes.md")
    history.commit(batch(save(document, b'{"a": 1}\n')))
    assert git("status", "--porcelain") == "A  notes.md\n"
    assert git("show", "--name-only", "--format=", "HEAD").strip() == document


def test_names_with_newline_dash_umlaut_and_emoji_are_recorded(open_history, git, save, batch):
    history = open_history()
    names = ["-rf", "a\nb", "Grüße", "e\U0001f600", 'q"uo\\te', "tab\there", " lead", "trail ", "x" * 255]
    files: dict[str, bytes | None] = {}
    for name in names:
        files |= save(f"p_Study/rnaseq/.metadata/{name}", name.encode())
    commit = history.commit(batch(files))
    assert all(history.content(commit, path) == content for path, content in files.items())
    assert git("status", "--porcelain", "-uno") == ""
    assert history.differs(files) == []


def test_a_path_that_leads_out_or_into_git_is_refused(open_history, batch):
    for path in ("../x", "/etc/passwd", "a/../../b", ".git/config", "a/.GIT/hooks/x", "", "a//b"):
        with pytest.raises(HistoryUnavailable, match="cannot be recorded"):
            open_history().commit(batch({path: b""}))


def test_differs_names_what_the_disk_has_otherwise(open_history, tree, save, batch, document):
    history = open_history()
    history.commit(batch(save(document, b"{}\n") | save("p_Study/gone.json", b"{}")))
    save(document, b'{"typed": true}\n')
    (tree / "p_Study/gone.json").unlink()
    save("p_Study/new.json", b"{}")
    paths = [document, "p_Study/gone.json", "p_Study/new.json", "p_Study/neither.json"]
    assert open_history().differs(paths) == paths[:3]
    assert history.recorded() == {document, "p_Study/gone.json"}


def test_a_thousand_files_are_one_commit(open_history, git, save, batch):
    history = open_history()
    files: dict[str, bytes | None] = {}
    for number in range(1000):
        files |= save(f"p_Study/rnaseq/.metadata/n{number}.json", b"%d" % number)
    history.commit(batch(files, subject="p_Study/rnaseq: add 1,000 files"))
    assert len(git("ls-tree", "-r", "--name-only", "HEAD").splitlines()) == 1000
    assert git("status", "--porcelain", "-uno") == ""


def test_names_of_people_cannot_forge_the_commit(open_history, git, save, batch, ada, document):
    history = open_history()
    odd = ada.model_copy(update={"name": "A <x@y>\ncommitter Evil <e@e> 0 +0000", "email": "a>\n@b"})
    history.commit(batch(save(document, b"{}"), odd, "line one\nline two"))
    assert git("log", "-1", "--format=%an|%ae|%cn").strip() == "A x@ycommitter Evil e@e 0 +0000|a@b|mdjourney"
    assert git("log", "-1", "--format=%s").strip() == "line one line two"
    assert git("fsck", "--strict") == ""


def test_history_off_records_nothing(tree, config, state, batch, document):
    from mdjourney_backend.history import History

    off = config.model_copy(update={"history": config.history.model_copy(update={"git": False})})
    history = History.open(tree, off, state)
    assert (history.mode, history.problem(), history.prepare()) == ("off", None, {})
    assert history.commit(batch({document: b""})) is None
    assert os.listdir(tree) == []


def test_a_tree_inside_a_repository_that_ignores_it_gets_its_own(tmp_path, config, state, git):
    from mdjourney_backend.history import History

    git("init", "-q", ".", cwd=tmp_path)
    (tmp_path / ".gitignore").write_text("/tree/\n")
    assert History.open(tmp_path / "tree", config, state).mode == "own"


def test_the_moment_of_a_save_is_the_authors_time(open_history, save, batch, document):
    history = open_history()
    history.commit(batch(save(document, b"{}")))
    assert history.log(document).items[0].at == datetime(2026, 11, 22, 10, 0, tzinfo=UTC)
