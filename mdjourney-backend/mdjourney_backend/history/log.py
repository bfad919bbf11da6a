"""Reads what was recorded: revisions of a document, its content at one, the paths of a commit."""

import base64
import binascii
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime

from mdjourney_backend.history.git import GitFailed
from mdjourney_backend.history.repository import Repository
from mdjourney_backend.history.words import Page, Revision
from mdjourney_contract.problems import BadRequest, NotFound

_FORMAT = "%x01%H%x02%at%x02%an%x02%ae%x02%s"
_HEX = frozenset("0123456789abcdef")
MAX_LIMIT = 1000


def revisions(repository: Repository, path: str, limit: int, cursor: str | None) -> Page:
    """Commits that touched a document, newest first, followed through renames.

    Raises:
        BadRequest: the cursor is none of ours, or `limit` is not between 1 and 1000.
    """
    if not 1 <= limit <= MAX_LIMIT:
        raise BadRequest(f"limit: {limit} is not between 1 and {MAX_LIMIT}")
    start, where = (repository.tip(), path) if cursor is None else _decoded(cursor)
    if start is None:
        return Page([], None)
    found = list(_walk(repository, start, repository.prefix + where, limit + 1))
    items = found[:limit]
    following = found[limit] if len(found) > limit else None
    return Page(items, cursor_at(following) if following else None)


def _walk(repository: Repository, start: str, path: str, limit: int) -> Iterator[Revision]:
    out = repository.git.run(
        "log",
        "-z",
        "--follow",
        "-M60%",
        "-l2000",
        f"--max-count={limit}",
        "--no-show-signature",
        "--no-ext-diff",
        "--no-textconv",
        "--name-status",
        f"--format={_FORMAT}",
        start,
        "--",
        path,
    )
    for record in out.split(b"\x01")[1:]:
        head, *rest = record.split(b"\0")
        commit, at, name, email, subject = head.decode("utf-8", "replace").rstrip("\n").split("\x02", 4)
        names = [part.lstrip(b"\n") for part in rest if part.lstrip(b"\n")]
        full = names[-1].decode("utf-8", "surrogateescape") if len(names) > 1 else path
        yield Revision(
            commit=commit,
            at=datetime.fromtimestamp(int(at), UTC),
            author_name=name,
            author_email=email,
            subject=subject,
            path=full.removeprefix(repository.prefix),
        )
        if names and names[0].startswith(b"C"):
            return  # git follows copies too: what it tells from here on is the past of another document


def content_at(repository: Repository, commit: str, path: str) -> bytes:
    """The bytes of a document as a commit recorded them.

    Raises:
        NotFound: no such commit of ours, or it does not hold the document.
    """
    _check_name(commit)
    found = blob(repository, f"{commit}:{repository.prefix}{path}")
    if found is None:
        raise NotFound(f"commit {commit[:12]} does not hold {path}")
    return found


def contents_at(repository: Repository, revisions: Sequence[Revision], most_bytes: int) -> list[bytes | None]:
    """The bytes of a document at each revision, None where it was removed; two git calls however many there are.

    Stops before `most_bytes` are passed, but not before the second: the answer may be shorter than `revisions`.
    """
    names = [f"{r.commit}:{repository.prefix}{r.path}" for r in revisions]
    if any("\n" in name for name in names):  # `cat-file --batch` takes one name per line
        return [blob(repository, name) for name in names[:2]]
    asked = "".join(f"{name}\n" for name in names).encode("utf-8", "surrogateescape")
    told = repository.git.run("cat-file", "--batch-check=%(objectsize) %(objectname)", stdin=asked)
    sizes = [_size(line) for line in told.splitlines()]
    fit = 0
    while fit < len(sizes) and (fit < 2 or sum(size for size, _ in sizes[: fit + 1]) <= most_bytes):
        fit += 1
    wanted = {name: size for size, name in sizes[:fit] if name}
    out = repository.git.run("cat-file", "--batch=", stdin="".join(f"{n}\n" for n in wanted).encode())
    found: dict[str, bytes] = {}
    start = 1  # an empty line stands before each content, another ends it
    for name, size in wanted.items():
        found[name] = out[start : start + size]
        start += size + 2
    return [found.get(name) for _, name in sizes[:fit]]


def _size(line: bytes) -> tuple[int, str]:
    """Size and name of a blob, from a line of `--batch-check`; (0, "") for what is not there."""
    size, _, name = line.decode("utf-8", "replace").partition(" ")
    return (int(size), name) if size.isdigit() and set(name) <= _HEX else (0, "")


def parent(repository: Repository, commit: str) -> str | None:
    """The commit before, None for the first one.

    Raises:
        NotFound: there is no such commit.
    """
    _check_name(commit)
    try:
        out = repository.git.run("rev-list", "--parents", "-n", "1", commit, "--")
    except GitFailed:
        raise NotFound(f"there is no commit {commit[:12]}") from None
    names = out.decode().split()
    return names[1] if len(names) > 1 else None


def blob(repository: Repository, expression: str) -> bytes | None:
    """The content an expression like `<commit>:<path>` names, or None."""
    code, out = repository.git.answer("cat-file", "blob", expression, ok=(0, 128))
    return out if code == 0 else None


def listing(repository: Repository, commit: str) -> dict[str, str]:
    """Path from the tree root -> blob name, for every file a commit holds below the tree."""
    expression = commit if not repository.prefix else f"{commit}:{repository.prefix.rstrip('/')}"
    code, out = repository.git.answer("ls-tree", "-r", "-z", "--full-tree", expression, ok=(0, 128))
    if code != 0:
        return {}
    entries: dict[str, str] = {}
    for line in out.split(b"\0"):
        if line:
            meta, _, name = line.partition(b"\t")
            entries[name.decode("utf-8", "surrogateescape")] = meta.split(b" ")[2].decode()
    return entries


def last_holding(repository: Repository, path: str) -> bytes | None:
    """The newest content of a path that the newest commit no longer holds."""
    tip = repository.tip()
    if tip is None:
        return None
    full = repository.prefix + path
    out = repository.git.run("log", "-1", "--diff-filter=D", "--format=%H", tip, "--", full).decode().strip()
    return blob(repository, f"{out}^:{full}") if out else None


def _check_name(commit: str) -> None:
    if not (4 <= len(commit) <= 64 and set(commit) <= _HEX):
        raise NotFound(f"{commit[:80]!r} is no commit name")


def cursor_at(revision: Revision) -> str:
    """Where `revisions` goes on with this revision."""
    raw = f"{revision.commit} {revision.path}".encode("utf-8", "surrogateescape")
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def _decoded(cursor: str) -> tuple[str, str]:
    try:
        raw = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode("utf-8", "surrogateescape")
    except (binascii.Error, ValueError):
        raise BadRequest("cursor: not one of ours") from None
    commit, _, path = raw.partition(" ")
    if len(commit) not in (40, 64) or not set(commit) <= _HEX or not path:
        raise BadRequest("cursor: not one of ours")
    return commit, path
