"""`mdjourney check`: whether a tree keeps the promises, told as a list of what does not hold. Looks, never writes."""

import hashlib
import os
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Literal

from mdjourney_backend.changes import Content, Ref
from mdjourney_backend.documents import Unreadable, parse, schema_name
from mdjourney_backend.history.objects import wrong_objects
from mdjourney_backend.layout import METADATA, OURS, Layout, structural_ref
from mdjourney_backend.leader import read_marker
from mdjourney_backend.pipeline.scanning import Seen, Vanished, scan
from mdjourney_backend.schemas import SchemaManager
from mdjourney_backend.tree import Tree
from mdjourney_contract.problems import MDJourneyError

#: `wrong` breaks a promise; `waiting` is work a running backend or the next scan will do; `told` is for information.
Severity = Literal["wrong", "waiting", "told"]

_CHUNK: Final = 1 << 20


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing `check` found. `promise` is R1 to R7 where one is meant, else empty; `path` relative to the tree."""

    severity: Severity
    promise: str
    path: str
    message: str


def check(
    root: Path, layout: Layout | None = None, *, hashes: bool = True, objects: bool = False
) -> list[Finding]:
    """Everything that does not hold in a tree, also beside a running backend.

    Args:
        layout: None takes the one the tree's marker names.
        hashes: read every data file again and compare; otherwise only sizes are compared.
        objects: read every object of the DVC cache again and compare.

    Raises:
        Conflict: the marker cannot be read.
    """
    found = list(_Check(root, layout or _layout_of(root), hashes).findings())
    return [*found, *_objects(root)] if objects else found


def _objects(root: Path) -> Iterator[Finding]:
    folder = root / ".dvc" / "cache" / "files" / "md5"
    if not folder.is_dir() or folder.is_symlink():
        return
    for name, path in wrong_objects(folder):
        message = (
            f"has other bytes than its name says: remove it, then write the file that has the MD5 {name} anew"
        )
        yield Finding("wrong", "", path.relative_to(root).as_posix(), message)


def _layout_of(root: Path) -> Layout:
    marker = read_marker(root)
    keys = {} if marker is None else marker.keys
    return Layout(keys.get("project_prefix", "p_"), keys.get("depth", 1), tuple(keys.get("ignore", ())))


class _Check:
    def __init__(self, root: Path, layout: Layout, hashes: bool) -> None:
        self._root = root
        self._tree = Tree(root, layout)
        self._layout = layout
        self._hashes = hashes
        self._schemas = SchemaManager(root)
        self._ids: dict[tuple[str, str], str] = {}

    def findings(self) -> Iterator[Finding]:
        if read_marker(self._root) is None:
            yield Finding(
                "wrong", "R7", OURS, "has no marker: no backend and no scan has served this folder yet"
            )
        for ref in self._tree.documents():
            yield from self._document(ref)
        for project in self._tree.project_folders():
            for dataset in self._tree.dataset_folders(project.path):
                yield from self._files(dataset.path)
        yield from self._leavings()
        yield from self._git()
        for item in self._tree.skipped():
            yield Finding("told", "", item.path, f"is not described: {item.reason}")

    # -- documents ----------------------------------------------------------------------------------------------------

    def _document(self, ref: Ref) -> Iterator[Finding]:
        content = self._read(ref)
        if isinstance(content, str):
            yield Finding("wrong", "R1", ref.path, content)
            return
        try:
            assessed = self._schemas.assess(schema_name(ref.kind, content), content)
        except MDJourneyError as exc:
            yield Finding("wrong", "", ref.path, str(exc))
        else:
            for fault in assessed.errors:
                yield Finding("wrong", "", ref.path, f"{fault['pointer'] or '/'}: {fault['message']}")
        yield from self._identifiers(ref, content)

    def _read(self, ref: Ref) -> Content | str:
        try:
            content = parse((self._root / ref.path).read_bytes())
        except (OSError, Unreadable) as exc:
            return f"cannot be read: {exc}"
        return content if isinstance(content, dict) else "holds no JSON object"

    def _identifiers(self, ref: Ref, content: Content) -> Iterator[Finding]:
        key = _IDENTIFIERS.get(ref.kind)
        if key is not None and not (
            ref.kind == "experiment_contextual" and self._came_with_a_copy(ref, content)
        ):
            yield from self._unique(ref.kind, content.get(key), ref.path)
        if ref.kind == "dataset_structural":
            for entry in content.get("file_descriptions", []):
                yield from self._unique(
                    "file", entry.get("file_identifier"), f"{ref.path}: {entry.get('file_path')}"
                )

    def _came_with_a_copy(self, ref: Ref, content: Content) -> bool:
        folder = ref.path.split(f"/{METADATA}/", 1)[0]
        home = self._tree.identifier_in(structural_ref(folder), "dataset_identifier")
        return content.get("dataset_identifier_link") != home

    def _unique(self, kind: str, identifier: Any, where: str) -> Iterator[Finding]:
        if not isinstance(identifier, str):
            return
        other = self._ids.setdefault((kind, identifier), where)
        if other != where:
            yield Finding("wrong", "R3", where, f"has the identifier {identifier} of {other}")

    # -- files --------------------------------------------------------------------------------------------------------

    def _files(self, dataset: str) -> Iterator[Finding]:
        ref = structural_ref(dataset)
        content = self._read(ref)
        if isinstance(content, str):
            if not (self._root / ref.path).exists():
                yield Finding("waiting", "R3", dataset, "is not described yet")
            return
        entries: dict[str, dict[str, Any]] = {}
        for entry in content.get("file_descriptions", []):
            path = str(entry.get("file_path"))
            if path in entries:
                yield Finding("wrong", "R3", f"{dataset}/{path}", "has more than one entry")
            entries[path] = entry
        try:
            seen = {s.path: s for s in map(Seen._make, scan(self._root, dataset, self._layout))}
        except Vanished as exc:
            yield Finding("wrong", "R3", dataset, f"cannot be listed: {exc}")
            return
        for path, file in sorted(seen.items()):
            yield from self._file(dataset, file, entries.get(path))
        for path, entry in entries.items():
            if path not in seen and entry.get("status") != "removed":
                yield Finding("waiting", "R3", f"{dataset}/{path}", "is gone, its entry does not say so yet")

    def _file(self, dataset: str, seen: Seen, entry: dict[str, Any] | None) -> Iterator[Finding]:
        where = f"{dataset}/{seen.path}"
        if entry is None or entry.get("status") == "removed":
            yield Finding("waiting", "R3", where, "is not described yet")
        elif entry.get("status") == "growing":
            yield Finding("told", "R3", where, "is still growing")
        elif entry.get("file_type_os") == "file" and not seen.is_link:
            if entry.get("file_size_bytes") != seen.size:
                yield Finding(
                    "wrong",
                    "R3",
                    where,
                    f"has {seen.size} bytes, its entry says {entry.get('file_size_bytes')}",
                )
            elif self._hashes and _sha256(self._root / where) != entry.get("checksum"):
                yield Finding("wrong", "R3", where, "has other bytes than its entry's checksum says")

    # -- what lies around ---------------------------------------------------------------------------------------------

    def _leavings(self) -> Iterator[Finding]:
        for folder in self._metadata_folders():
            for path in sorted(folder.iterdir()):
                relative = path.relative_to(self._root).as_posix()
                if ".corrupt-" in path.name:
                    yield Finding(
                        "wrong", "R1", relative, "was unreadable and set aside: look at it, then remove it"
                    )
                elif path.name.endswith(".saving"):
                    yield Finding("waiting", "R1", relative, "was left by a save that was cut short")
        inbox = self._root / OURS / "inbox"
        for path in sorted(inbox.iterdir()) if inbox.is_dir() else ():
            relative = path.relative_to(self._root).as_posix()
            bad = ".corrupt-" in path.name
            message = "could not be read and was set aside" if bad else "waits for a leader"
            yield Finding("wrong" if bad else "waiting", "R4", relative, message)

    def _metadata_folders(self) -> Iterator[Path]:
        """Folders that hold documents: `.metadata` of root, projects and datasets, and what is in them."""
        places = [""]
        for project in self._tree.project_folders():
            places.append(f"{project.path}/")
            places.extend(f"{d.path}/" for d in self._tree.dataset_folders(project.path))
        for place in places:
            for folder, _, _ in os.walk(self._root / f"{place}{METADATA}"):
                yield Path(folder)

    def _git(self) -> Iterator[Finding]:
        if not (self._root / ".git").exists():
            return
        done = subprocess.run(
            [
                "git",
                "-c",
                "core.fsmonitor=false",
                "fsck",
                "--no-dangling",
                "--no-progress",
                "--connectivity-only",
            ],
            cwd=self._root,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode != 0:
            yield Finding("wrong", "R5", ".git", f"git fsck: {(done.stderr or done.stdout).strip()[:500]}")


_IDENTIFIERS: Final = {
    "project_descriptive": "project_identifier",
    "dataset_administrative": "dataset_identifier",
    "dataset_structural": "dataset_identifier",
    "instrument_technical": "instrument_unique_identifier",
    "experiment_contextual": "experiment_identifier_run_id",
}


def _sha256(path: Path) -> str:
    """Of a regular file; empty for one that cannot be read now."""
    digest = hashlib.sha256()
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError:  # gone since it was listed
        return ""
    with open(descriptor, "rb") as file:
        while chunk := file.read(_CHUNK):
            digest.update(chunk)
    return digest.hexdigest()
