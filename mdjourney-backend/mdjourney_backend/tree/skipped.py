"""What is described nowhere, and why: files outside datasets, and what rules or names exclude."""

from collections.abc import Callable, Iterable, Iterator

from mdjourney_backend.layout import HOUSEKEEPING, Layout
from mdjourney_backend.tree.listing import Entry, Listings, printable
from mdjourney_backend.tree.places import Folder, Skipped


class Skipping:
    """One look around the folders that are projects and datasets."""

    def __init__(
        self,
        layout: Layout,
        listings: Listings,
        projects: Iterable[Folder],
        datasets: Callable[[str], Iterable[Folder]],
    ) -> None:
        """`datasets` answers those of a project's path."""
        self._layout = layout
        self._listings = listings
        self._projects = {f.path for f in projects}
        self._datasets = datasets

    def all(self) -> Iterator[Skipped]:
        """Each path once; what lies below a folder that is skipped is not told of."""
        yield from self._above("", 1)
        for project in sorted(self._projects):
            datasets = {f.path for f in self._datasets(project)}
            for entry in self._listings.of(project):
                path = f"{project}/{entry.name}"
                if path in datasets:
                    yield from self._inside(path)
                elif entry.name not in HOUSEKEEPING:
                    yield Skipped(printable(path), self._why(path, entry, "lies directly in a project"))

    def _above(self, base: str, level: int) -> Iterator[Skipped]:
        for entry in self._listings.of(base):
            path = f"{base}/{entry.name}" if base else entry.name
            if path in self._projects or entry.name in HOUSEKEEPING:
                continue
            if entry.is_folder and level < self._layout.depth and not self._layout.ignored(entry.name):
                yield from self._above(path, level + 1)
                continue
            where = f"is no project (their names begin with {self._layout.prefix!r})"
            yield Skipped(
                printable(path), self._why(path, entry, where if entry.is_folder else "lies outside projects")
            )

    def _inside(self, folder: str) -> Iterator[Skipped]:
        for entry in self._listings.of(folder, cache=False):
            path = f"{folder}/{entry.name}"
            if entry.name in HOUSEKEEPING or entry.name.endswith(".dvc"):
                continue
            reason = self._why(path, entry, "")
            if reason:
                yield Skipped(printable(path), reason)
            elif entry.is_folder:
                yield from self._inside(path)

    def _why(self, path: str, entry: Entry, otherwise: str) -> str:
        if not entry.utf8:
            return "the name is not UTF-8"
        pattern = self._layout.ignoring_pattern(entry.name)
        if pattern is not None:
            return f"matches the ignore rule {pattern!r}"
        if entry.is_special:
            return "is no regular file, folder or link"
        if entry.is_folder and self._listings.is_tree(path):
            return "is a tree of its own"
        return otherwise
