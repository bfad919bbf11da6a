"""A large document committed often is kept as differences."""

import json
import os

import pytest

from mdjourney_backend.history.upkeep import Upkeep


def size_of(folder) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


@pytest.mark.parametrize("kept", [True, False])
def test_forty_versions_of_a_large_document_cost_about_one(open_history, git, tree, batch, document, kept):
    history = open_history()
    history._upkeep = Upkeep(every_commits=40 if kept else 1000)
    entries = [{"file_path": f"f{number}", "checksum": os.urandom(32).hex()} for number in range(11000)]
    one = None
    for number in range(40):
        entries[number]["checksum"] = os.urandom(32).hex()
        content = json.dumps(entries).encode()
        history.commit(batch({document: content}))
        one = one or size_of(tree / ".git/objects")
    grown = size_of(tree / ".git/objects") / one
    assert grown < 2 if kept else grown > 20  # the control shows what packing spares
    assert git("fsck") == ""
    assert len(history.log(document).items) == 40
