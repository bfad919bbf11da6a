"""Finds the dataset a path lies in with the standard library alone: nothing heavy may load before a command starts."""

import json
import os
from dataclasses import dataclass
from typing import Any

from mdjourney_contract.data import packaged_schemas


class NoDataset(ValueError):
    """The path lies in no dataset of a tree; the message says why."""


@dataclass(frozen=True, slots=True)
class Whereabouts:
    """A tree's root (absolute, links resolved), the keys of its marker, and a dataset's path relative to the root."""

    root: str
    keys: dict[str, Any]
    dataset: str

    @property
    def folder(self) -> str:
        """The dataset's folder, absolute."""
        return os.path.join(self.root, *self.dataset.split("/"))  # noqa: PTH118 - pathlib costs what it saves here


def whereabouts(path: str) -> Whereabouts:
    """The dataset that holds a folder or file.

    Raises:
        NoDataset: it is not there, or lies in no tree, project or dataset.
    """
    full = os.path.realpath(path)
    if not os.path.isdir(full):  # noqa: PTH112 - as above
        raise NoDataset(f"{path} is no folder")
    root, keys = _tree_around(path, full)
    inside = [part for part in full[len(root) :].split("/") if part]
    prefix, depth = str(keys.get("project_prefix", "p_")), int(keys.get("depth", 1))
    for level, name in enumerate(inside[:depth]):
        if name.startswith(prefix):
            if len(inside) < level + 2 or inside[level + 1].startswith("."):
                raise NoDataset(f"{path} is no dataset but a project: name one of its folders")
            return Whereabouts(root, keys, "/".join(inside[: level + 2]))
    raise NoDataset(f"{path} lies in no project of {root} (their names begin with {prefix!r})")


def printable(text: str) -> str:
    r"""Text from the command line or the file system; bytes of it that are not UTF-8 show as `\xNN`."""
    return text.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")


def template_exists(where: Whereabouts, name: str) -> bool:
    """Whether the tree or the package has a contextual template of that name."""
    folders = (os.path.join(where.root, ".template_schemas"), str(packaged_schemas()))  # noqa: PTH118 - as above
    paths = [os.path.join(folder, "contextual", f"{name}.json") for folder in folders]  # noqa: PTH118 - as above
    return "/" not in name and any(os.path.isfile(path) for path in paths)  # noqa: PTH113 - as above


def _tree_around(path: str, full: str) -> tuple[str, dict[str, Any]]:
    folder = full
    while True:
        marker = os.path.join(folder, ".mdjourney", "marker.json")  # noqa: PTH118 - as above
        try:
            with open(marker, encoding="utf-8") as file:
                held = json.load(file)
            return folder, dict(held["keys"])
        except (FileNotFoundError, NotADirectoryError):
            pass
        except (OSError, ValueError, KeyError, TypeError) as exc:
            raise NoDataset(f"{marker} cannot be read: {exc}") from exc
        above = os.path.dirname(folder)  # noqa: PTH120 - as above
        if above == folder:
            raise NoDataset(f"{path} lies in no tree: `mdjourney scan` makes a folder one")
        folder = above
