"""One look at project and dataset folders: each is held open while it is asked what its documents say."""

import os
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from mdjourney_backend.changes import Ref
from mdjourney_backend.documents import Documents
from mdjourney_backend.held import Elsewhere, Held, held
from mdjourney_backend.pipeline.identity import Found
from mdjourney_backend.tree import Folder, Tree
from mdjourney_contract.problems import MDJourneyError


@dataclass(frozen=True, slots=True)
class Spotted:
    """A folder, the folder it lies in (by inode), and what its documents say: `links` are the projects they name."""

    folder: Folder
    parent: int
    found: Found
    links: tuple[str | None, ...] = ()

    @property
    def path(self) -> str:
        """Where it was found."""
        return self.folder.path

    @property
    def key(self) -> tuple[int, int]:
        """Inode and device."""
        return (self.folder.inode, self.folder.dev)


class Looking:
    """Asks the folders of one tree. `told` takes paths that could not be read, and why."""

    def __init__(
        self, root: Path, tree: Tree, documents: Documents, told: Callable[[str, str], None]
    ) -> None:
        self._root = root
        self._tree = tree
        self._documents = documents
        self._told = told
        self._device = root.stat().st_dev

    def at(
        self,
        folders: Iterable[Folder],
        refs: Callable[[str], Sequence[Ref]],
        key: str,
        link: str | None = None,
    ) -> list[Spotted]:
        """These folders, each once, without those that went meanwhile."""
        spotted: dict[tuple[int, int], Spotted] = {}
        for folder in folders:
            try:
                with held(self._root, folder.path) as open_folder:
                    one = self._one(open_folder, refs(folder.path), key, link)
            except Elsewhere:
                continue
            except OSError as exc:
                self._told(folder.path, str(exc))
                continue
            spotted.setdefault(one.key, one)
        return list(spotted.values())

    def _one(self, folder: Held, refs: Sequence[Ref], key: str, link: str | None) -> Spotted:
        claims = tuple(self._claim(folder, ref, key) for ref in refs)
        links = tuple(self._tree.identifier_in(ref, link, folder) for ref in refs) if link else ()
        since = max((changed_ns(folder, ref) for ref in refs), default=0)
        seen = folder.stat()
        found = Found(folder.path, folder.inode, folder.dev, claims, since, folder.dev != self._device)
        itself = Folder(folder.path, folder.inode, folder.dev, seen.st_mtime_ns, seen.st_ctime_ns)
        return Spotted(itself, folder.parent(), found, links)

    def _claim(self, folder: Held, ref: Ref, key: str) -> str | None:
        claim = self._tree.identifier_in(ref, key, folder)
        documents = self._documents.within(folder)
        if claim is not None or not documents.exists(ref):
            return claim
        try:  # it could not be peeked at; reading it sets damage aside and heals it
            value = documents.read(ref).content.get(key)
        except (MDJourneyError, OSError) as exc:
            self._told(ref.path, str(exc))
            return None
        return value if isinstance(value, str) else None


def changed_ns(folder: Held, ref: Ref) -> int:
    """When a document in a held folder changed last (ns); 0 when it is not there."""
    try:
        return os.stat(folder.inside(ref.path) or "", dir_fd=folder.fd, follow_symlinks=False).st_ctime_ns
    except OSError:
        return 0
