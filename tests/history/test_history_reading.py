"""Reading history back: pages, renames, contents before and after."""

import pytest

from mdjourney_contract.problems import BadRequest, NotFound


def test_the_log_pages_from_new_to_old(open_history, save, batch, document):
    history = open_history()
    commits = [history.commit(batch(save(document, b"%d" % n), subject=f"change {n}")) for n in range(7)]
    seen, cursor = [], None
    for size in (3, 3, 1):
        page = history.log(document, limit=3, cursor=cursor)
        assert len(page.items) == size
        seen += [revision.commit for revision in page.items]
        cursor = page.next_cursor
    assert cursor is None
    assert seen == commits[::-1]


def test_the_log_follows_a_renamed_dataset_over_pages(open_history, tree, save, batch):
    history = open_history()
    old, new = (
        "p_A/one/.metadata/dataset_administrative.json",
        "p_A/two/.metadata/dataset_administrative.json",
    )
    content = b'{"dataset_identifier": "x", "title": "t"}\n' * 3
    history.commit(batch(save(old, content), subject="made"))
    (tree / "p_A/one").rename(tree / "p_A/two")
    history.commit(batch({old: None, new: content}, subject="renamed"))
    history.commit(batch(save(new, content + b"more\n"), subject="typed"))
    page = history.log(new)
    assert [(r.subject, r.path) for r in page.items] == [("typed", new), ("renamed", new), ("made", old)]
    first = history.log(new, limit=2)
    rest = history.log(new, limit=2, cursor=first.next_cursor)
    assert [r.subject for r in rest.items] == ["made"]
    assert history.content(page.items[-1].commit, page.items[-1].path) == content


def test_before_and_after_a_commit(open_history, save, batch, document):
    history = open_history()
    first = history.commit(batch(save(document, b"1")))
    second = history.commit(batch(save(document, b"2")))
    assert (history.before(second, document), history.content(second, document)) == (b"1", b"2")
    assert history.before(first, document) is None


@pytest.mark.parametrize("commit", ["HEAD", "main", "--all", "0" * 40, "zz", ":/x", "a..b"])
def test_only_names_of_commits_that_hold_the_document_are_answered(
    open_history, save, batch, document, commit
):
    history = open_history()
    history.commit(batch(save(document, b"1")))
    with pytest.raises(NotFound):
        history.content(commit, document)


@pytest.mark.parametrize("cursor", ["x", "LS1hbGwgYQ", "!!", ""])
def test_a_cursor_that_is_none_of_ours_is_refused(open_history, save, batch, document, cursor):
    history = open_history()
    history.commit(batch(save(document, b"1")))
    with pytest.raises(BadRequest):
        history.log(document, cursor=cursor)


def test_a_lost_document_is_found_with_the_content_it_had_last(open_history, save, batch, document):
    history = open_history()
    history.commit(batch(save(document, b"1")))
    history.commit(batch(save(document, b"2")))
    assert history.latest(document) == b"2"
    history.commit(batch({document: None}))
    assert history.latest(document) == b"2"
    assert history.latest("p_Study/never.json") is None


def test_a_document_like_another_does_not_get_the_past_of_that_one(open_history, save, batch):
    """Documents of one kind resemble each other, and git takes the newer for a copy."""
    one, two = "p_A/d/.metadata/dataset_structural.json", "p_A/e/.metadata/dataset_structural.json"
    content = b'{"a": 1, "files": [%s]}\n' % b", ".join(b"%d" % n for n in range(200))
    history = open_history()
    history.commit(batch(save(one, content), subject="one is made"))
    history.commit(batch({**save(one, content + b" "), **save(two, content + b"\n")}, subject="two is made"))
    history.commit(batch(save(two, content + b"\n\n"), subject="two is changed"))
    assert [r.subject for r in history.log(two).items] == ["two is changed", "two is made"]
    assert [r.subject for r in history.log(one).items] == ["two is made", "one is made"]
