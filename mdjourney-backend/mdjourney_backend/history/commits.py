"""Makes commits with `git fast-import`: content from memory, no work tree, no filters, no user settings."""

import hashlib
import os
import shutil
import tempfile
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import IO

from mdjourney_backend.history.git import COMMITTER_EMAIL, COMMITTER_NAME, GitFailed
from mdjourney_backend.history.locks import Locks
from mdjourney_backend.history.repository import Repository
from mdjourney_backend.history.words import Batch, HistoryBusy, HistoryUnavailable, Recorded
from mdjourney_contract.clock import now

_LARGE = 2 << 20
_CHUNK = 1 << 20
#: What is large is written once, as a pack, instead of being unpacked and packed again, and as a stream instead of being
#: held; upkeep gathers packs, and finds differences.
_PACKED = ("-c", "fastimport.unpackLimit=1", "-c", "core.bigFileThreshold=512k", "-c", "pack.compression=1")
_PENDING = "refs/mdjourney/pending"


def blob_name(content: Recorded, object_format: str) -> str:
    """The name git gives to a blob."""
    digest = hashlib.new(object_format, b"blob %d\0" % size_of(content), usedforsecurity=False)
    if isinstance(content, bytes):
        digest.update(content)
        return digest.hexdigest()
    with content.open("rb", buffering=0) as file:
        while chunk := file.read(_CHUNK):
            digest.update(chunk)
    return digest.hexdigest()


def size_of(content: Recorded | None) -> int:
    """Bytes of a content; none for a file that is gone."""
    if content is None:
        return 0
    return len(content) if isinstance(content, bytes) else content.stat().st_size


def write_commit(
    repository: Repository, tip: str | None, batch: Batch, files: Mapping[str, Recorded | None]
) -> str:
    """Store blobs, trees and the commit (not yet on the branch); answers its name.

    `files` are paths from the top of the repository.
    """
    # a file, not a pipe: git then finishes also when this process is killed, and leaves no crash report
    with tempfile.TemporaryFile() as stream:
        stream.write(_header(tip, batch))
        for path, content in files.items():
            if content is None:
                stream.write(b"D %s\n" % _quoted(path))
            else:
                stream.write(b"M 100644 inline %s\ndata %d\n" % (_quoted(path), size_of(content)))
                _put(content, stream)
                stream.write(b"\n")
        stream.write(b"done\n")
        packed = _PACKED if stream.tell() > _LARGE else ()
        stream.seek(0)
        repository.git.run(
            *packed, "fast-import", "--quiet", "--force", "--done", "--date-format=raw", stdin=stream
        )
    return repository.git.run("rev-parse", "--verify", "-q", _PENDING).decode().strip()


def _put(content: Recorded, stream: IO[bytes]) -> None:
    if isinstance(content, bytes):
        stream.write(content)
        return
    with content.open("rb") as file:
        shutil.copyfileobj(file, stream, _CHUNK)


def move_branch(repository: Repository, tip: str | None, commit: str) -> None:
    """Point our branch at `commit` if it still stands where it did.

    Raises:
        HistoryBusy: somebody moved it, or holds its lock.
    """
    steps = f"start\nupdate {repository.ref} {commit} {tip or repository.zero}\ndelete {_PENDING}\nprepare\ncommit\n"
    try:
        repository.git.run("update-ref", "-m", "mdjourney", "--stdin", stdin=steps.encode())
    except GitFailed as exc:
        if "lock" in exc.stderr or "expected" in exc.stderr:
            raise HistoryBusy(exc.detail) from exc
        raise


def move_index(repository: Repository, lock: Path, private: Path, blobs: Mapping[str, str | None]) -> None:
    """Write into `lock` (held index lock) the index as it is, with only these paths brought to their new blobs."""
    index = repository.git_dir / "index"
    try:
        if index.is_file():
            private.write_bytes(index.read_bytes())
        repository.git.run(
            "update-index", "-z", "--index-info", stdin=_index_info(repository, blobs), index=private
        )
        _copy_durably(private, lock)
    finally:
        private.unlink(missing_ok=True)
        private.with_name(private.name + ".lock").unlink(missing_ok=True)


def commit_on_branch(
    repository: Repository,
    locks: Locks,
    tip: str | None,
    batch: Batch,
    files: Mapping[str, Recorded | None],
    blobs: Mapping[str, str | None],
) -> str:
    """One commit on our branch, the index moved along when the branch is checked out; `blobs` are the names of `files`."""
    if repository.being_rebased():
        raise HistoryBusy("somebody is rebasing the branch history goes to; it waits for the end of it")
    ref_locks = _ref_locks(repository)
    locks.take_back(repository.git_dir, tip)
    with locks.refs(ref_locks, own=repository.common_dir / f"{_PENDING}.lock"):
        commit = write_commit(repository, tip, batch, files)
        if not repository.checked_out():
            move_branch(repository, tip, commit)
            return commit
    with locks.index(repository.git_dir, ref_locks, commit) as lock:
        move_index(repository, lock, locks.private_index(repository.git_dir), blobs)
        move_branch(repository, tip, commit)
        lock.rename(repository.git_dir / "index")
    return commit


def _ref_locks(repository: Repository) -> tuple[Path, ...]:
    """Every lock git takes while it writes our commit and moves our branch, but that of the index."""
    common = repository.common_dir
    names = (f"{repository.ref}.lock", f"{_PENDING}.lock", "packed-refs.lock")
    return (*(common / name for name in names), repository.git_dir / "HEAD.lock")


def _header(tip: str | None, batch: Batch) -> bytes:
    message = batch.subject.replace("\n", " ") + (f"\n\n{batch.body}" if batch.body else "") + "\n"
    data = message.encode("utf-8", "replace")
    author = _person(batch.author.display_name, batch.author.git_email)
    committer = _person(COMMITTER_NAME, COMMITTER_EMAIL)
    lines = [
        b"feature done",
        b"commit " + _PENDING.encode(),
        b"author %s %s" % (author, _moment(batch.at)),
        b"committer %s %s" % (committer, _moment(now())),
        b"data %d" % len(data),
        data,
    ]
    if tip is not None:
        lines.append(b"from " + tip.encode())
    return b"\n".join(lines) + b"\n"


def _person(name: str, email: str) -> bytes:
    keep = str.maketrans("", "", "<>\n\r\0")
    return f"{name.translate(keep).strip()} <{email.translate(keep).strip()}>".encode("utf-8", "replace")


def _moment(at: datetime) -> bytes:
    return b"%d +0000" % max(0, int(at.timestamp()))


def _quoted(path: str) -> bytes:
    raw = path.encode("utf-8", "surrogateescape")
    return b'"' + raw.replace(b"\\", b"\\\\").replace(b'"', b'\\"').replace(b"\n", b"\\n") + b'"'


def _index_info(repository: Repository, blobs: Mapping[str, str | None]) -> bytes:
    lines = []
    for path, blob in blobs.items():
        raw = path.encode("utf-8", "surrogateescape")
        if blob is None:
            lines.append(b"0 %s\t%s" % (repository.zero.encode(), raw))
        else:
            lines.append(b"100644 %s\t%s" % (blob.encode(), raw))
    return b"\0".join(lines) + b"\0"


def _copy_durably(source: Path, target: Path) -> None:
    with target.open("wb") as out:
        out.write(source.read_bytes())
        out.flush()
        os.fsync(out.fileno())


def check_path(path: str) -> None:
    """Refuse what git would not store, or what leads out of the tree.

    Raises:
        HistoryUnavailable: the path is absolute, empty, or has a part that is empty, `.`, `..` or `.git`.
    """
    parts = path.split("/")
    if any(part in {"", ".", ".."} or part.lower() == ".git" for part in parts) or "\0" in path:
        raise HistoryUnavailable(f"{path!r} cannot be recorded in git")
